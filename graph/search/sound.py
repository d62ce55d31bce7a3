"""How Chinese names sound: pinyin and initials, so that a Latin keyboard finds them.

A name is indexed from each place where a word of it begins: its syllables run together
("jiaotongweiyuanhui") and its initials behind an apostrophe ("'jtwyh"). What a person types is the
beginning of one of these. A word that the phrase dictionary knows has one reading; elsewhere a
character with two common readings is indexed under both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice, product

from graph.search.words import HAN, cut, folded

RUN = re.compile(f"[{HAN}]+")
TYPED = re.compile(r"[a-z]{2,32}")
INITIALS = "'"
READINGS = 4  # of one run, at most
SYLLABLES = 16  # of one run, at most

# Characters whose second reading (by the dictionary's order) is as common in the names of offices
# and data as the first. All others are read by the first alone unless a phrase says otherwise.
OFTEN_READ_TWICE = frozenset("长行重会都调单乐校传朝量曾省降车系强处相当")

Reading = tuple[str, ...]


@cache
def _of_characters() -> dict[int, str]:
    """Give the dictionary of characters: code point to readings, the commonest first."""
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415 - 2 MB that only some need

    return pinyin_dict


@cache
def _of_phrases() -> dict[str, list[list[str]]]:
    """Give the dictionary of phrases: to each character its reading in this phrase."""
    from pypinyin.phrases_dict import phrases_dict  # noqa: PLC0415 - 40 MB that only the writer needs

    return phrases_dict


@lru_cache(4096)
def plain(syllable: str) -> str:
    """Give a syllable without its tone, ü as v, as it is typed."""
    apart = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(each for each in apart if each.isalpha() and each.isascii())


@lru_cache(16_384)
def readings(character: str) -> tuple[str, ...]:
    """Give all readings of a character, the commonest first, none twice."""
    found = [plain(each) for each in _of_characters().get(ord(character), "").split(",")]
    return tuple(dict.fromkeys(each for each in found if each))


@lru_cache(16_384)
def _common(character: str) -> tuple[str, ...]:
    """Give the readings of a character that names use: one, or two."""
    return _as_typed(readings(character)[: 2 if character in OFTEN_READ_TWICE else 1])


def _as_typed(found: tuple[str, ...]) -> tuple[str, ...]:
    """Add to readings with ü (v on a keyboard) the same with u, which many people type."""
    return (*found, *(each.replace("v", "u") for each in found if "v" in each))


@lru_cache(65_536)
def _spoken(word: str) -> tuple[tuple[str, ...], ...]:
    """Give the readings of each character of a word."""
    known = _of_phrases().get(word)
    if known and len(known) == len(word):
        return tuple(_as_typed((plain(each[0]),)) for each in known)
    return tuple(_common(each) or (each,) for each in word)


def _starts(words: list[str], *, everywhere: bool) -> list[int]:
    """Give where a person may begin to type: where a word begins, or at every character."""
    starts: list[int] = []
    at = 0
    for word in words:
        starts.extend(range(at, at + len(word)) if everywhere else [at])
        at += len(word)
    return starts


def _runs(run: str, *, everywhere: bool) -> Iterator[str]:
    """Give the terms of one run of Han characters."""
    words = cut(run)
    spoken = [each for word in words for each in _spoken(word)]
    if all(len(each) == 1 for each in spoken):
        yield from _plainly(words, [each[0] for each in spoken], everywhere=everywhere)
        return
    for start in _starts(words, everywhere=everywhere):
        for reading in islice(product(*spoken[start : start + SYLLABLES]), READINGS):
            yield "".join(reading)
            if len(reading) > 1:
                yield INITIALS + "".join(each[0] for each in reading)
    for word in words:
        yield from ("".join(each) for each in islice(product(*_spoken(word)), READINGS))


def _plainly(words: list[str], spoken: list[str], *, everywhere: bool) -> Iterator[str]:
    """Give the terms of a run of which each character is read in one way, as most are."""
    starts = _starts(words, everywhere=everywhere)
    initials = "".join([each[0] for each in spoken])
    for start in starts:
        reading = spoken[start : start + SYLLABLES]
        yield "".join(reading)
        if len(reading) > 1:
            yield INITIALS + initials[start : start + SYLLABLES]
    at = 0
    for word in words:
        yield "".join(spoken[at : at + len(word)])
        at += len(word)


@lru_cache(16_384)
def sounds(text: str, *, everywhere: bool = False) -> tuple[str, ...]:
    """Give the terms under which a Chinese name is heard; none where it holds no Han character."""
    runs = RUN.findall(folded(text))
    return tuple(dict.fromkeys(each for run in runs for each in _runs(run, everywhere=everywhere)))


@lru_cache(4096)
def terms(texts: tuple[str, ...], *, everywhere: bool = False) -> str:
    """Give the terms of several names, each once, parted by spaces."""
    heard = (each for text in texts for each in sounds(text, everywhere=everywhere))
    return " ".join(dict.fromkeys(heard))


@cache
def syllables() -> frozenset[str]:
    """Give every syllable there is, as it is typed."""
    spoken = {each for character in _of_characters() for each in readings(chr(character))}
    return frozenset(spoken | {each.replace("v", "u") for each in spoken})


@cache
def _beginnings() -> frozenset[str]:
    """Give every beginning of a syllable."""
    return frozenset(each[:end] for each in syllables() for end in range(1, len(each) + 1))


@lru_cache(1024)
def spells(typed: str) -> bool:
    """Say whether the letters are syllables one after the other; the last may be unfinished."""
    longest = max(map(len, syllables()))
    reached = {0}
    for at in range(len(typed)):
        if at in reached:
            if typed[at:] in _beginnings():
                return True
            ends = range(at + 1, min(at + longest, len(typed)) + 1)
            reached |= {end for end in ends if typed[at:end] in syllables()}
    return False


def heard(typed: str, text: str) -> tuple[int, int] | None:
    """Give the first part of a folded text that sounds like what was typed: from, to."""
    for start in range(len(text)):
        for whole in (True, False):
            end = _follow(typed, text, start, whole=whole)
            if end > start:
                return start, end
    return None


def _follow(typed: str, text: str, at: int, *, whole: bool) -> int:
    """Give where in the text the typed letters end, -1 where they do not fit.

    By `whole` syllables, of which the last may be unfinished, or by initials.
    """
    if not typed or at >= len(text):
        return -1 if typed else at
    for reading in readings(text[at]):
        taken = len(reading) if whole else 1
        if typed[:taken] == reading[:taken] or (whole and reading.startswith(typed)):
            end = _follow(typed[taken:], text, at + 1, whole=whole)
            if end >= 0:
                return end
    return -1
