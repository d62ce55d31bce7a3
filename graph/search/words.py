"""How text becomes terms: the same law for what is indexed and for what is asked.

A run of Han characters gives the words a segmenter sees in it and, beside them, every pair of
neighbouring characters, so that any two-character word is found wherever it stands. Everything else
gives words folded for case, width and accents, and an English plural gives its singular. Terms hold
letters and digits only: an operator of a query language cannot survive in one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import rjieba

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
PIECES = re.compile(f"([{HAN}]+)|([^\\W_{HAN}]+)")
BETWEEN = re.compile(f"(?:[^\\w{HAN}]|_)+")  # what stands between pieces
ACCENTED = re.compile("[\u0080-\u1fff]")  # letters that may carry marks; Han and kana lie beyond
MARKS = re.compile("[\u0300-\u036f]")
PARTS = re.compile(r"[0-9]+|[^\W\d_]+")

LONGEST = 64  # characters of one term; what follows is not indexed and not asked
PAIR = 2  # characters of the shortest Han word
FORMER = 4  # characters from which a word is asked by the shorter words in it

# Characters that join words of a question and mean nothing when they stand alone.
JOINING = frozenset("的了和与及或在之等是有被把对各")


@lru_cache(256)  # the fields of one document ask for the same texts again and again
def folded(text: str) -> str:
    """Give the text with case, width, compatibility forms and accents folded away."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", text).casefold()
    if ACCENTED.search(plain) is None:
        return plain
    return unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFKD", plain)))


@lru_cache(256)
def bare(text: str) -> str:
    """Give the folded letters and digits of a text without anything between them."""
    return BETWEEN.sub("", folded(text))[:LONGEST]


def singular(word: str) -> str:
    """Give the singular of an English plural by its ending alone (Harman's three rules, 1991)."""
    if len(word) <= PAIR + 1 or not word.endswith("s") or not word.isascii():
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-3] + "y"
    if word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    return word[:-1] if word[-2] not in "us" else word


def pairs(run: str) -> list[str]:
    """Give every two neighbouring characters of a run; a run of one gives itself."""
    if len(run) < PAIR:
        return [run]
    return [run[at : at + PAIR] for at in range(len(run) - 1)]


def cut(run: str) -> list[str]:
    """Give the words of a Han run, one after the other, as the segmenter sees them."""
    return list(rjieba.cut(run))


@lru_cache(32_768)  # the words of one catalogue come again and again
def _latin(word: str) -> tuple[str, ...]:
    """Give the term of a word and, where digits and letters are mixed, of its parts."""
    parts = PARTS.findall(word)
    found = (word, *parts) if len(parts) > 1 else (word,)
    return tuple(singular(each[:LONGEST]) for each in found)


@lru_cache(32_768)
def _han(run: str) -> tuple[str, ...]:
    """Give the terms of a Han run: its pairs, and the words in it."""
    if len(run) <= PAIR:
        return tuple(pairs(run))
    return (*pairs(run), *(each for each in rjieba.cut_for_search(run) if len(each) > 1))


def terms(text: str) -> str:
    """Give the terms of a text as they are indexed, parted by single spaces.

    A pair that is a word comes twice and so weighs more.
    """
    found: list[str] = []
    for run, word in PIECES.findall(folded(text)):
        found += _latin(word) if word else _han(run)
    return " ".join(found)


# Names of departments and items stand in thousands of documents.
name_terms = lru_cache(65_536)(terms)


def characters(text: str) -> str:
    """Give the single Han characters of a title, each once, parted by spaces."""
    return " ".join(dict.fromkeys(re.findall(f"[{HAN}]", folded(text))))


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that is asked for.

    A document answers when it holds all of `needs`; each of `marks` that it holds too brings it
    forward. `surface` is what a person reads; `core` the word without a single character that
    stood loose beside it (建委 of 住建委), the same as `surface` where there was none; `latin`
    says that it may be pinyin or misspelt.
    """

    surface: str
    core: str
    needs: tuple[str, ...]
    marks: tuple[str, ...]
    latin: bool = False


def words(text: str) -> list[Word]:
    """Read a question: its words in order, each once."""
    found: dict[str, Word] = {}
    for match in PIECES.finditer(folded(text)):
        run, word = match.groups()
        for each in [latin_word(word)] if word else _han_words(run):
            found.setdefault(each.surface, each)
    return list(found.values())


def latin_word(word: str) -> Word:
    """Give what is asked for by a word that is not Han."""
    term, surface = singular(word[:LONGEST]), word[:LONGEST]
    return Word(surface, surface, (term,), (term,), latin=True)


def han_word(surface: str, core: str) -> Word:
    """Give what is asked for by a Han word."""
    marks = tuple(dict.fromkeys((surface, core, *pairs(surface))))
    needs = _needs(core) if surface == core else tuple(dict.fromkeys(pairs(surface)))
    return Word(surface, core, needs, marks)


def _han_words(run: str) -> list[Word]:
    """Give what is asked for by a run of Han characters."""
    if len(run) <= PAIR:
        return [han_word(run, run)]
    spans = [span for part in _parted(cut(run)) for span in _joined(part)]
    return [han_word(*span) for span in spans] or [han_word(run, run)]


def _parted(parts: list[str]) -> Iterator[list[str]]:
    """Part the words of a run where a joining character stands, which is left out."""
    group: list[str] = []
    for part in parts:
        if part not in JOINING:
            group.append(part)
        elif group:
            yield group
            group = []
    if group:
        yield group


def _joined(parts: list[str]) -> list[tuple[str, str]]:
    """Join loose characters to one another or to the word beside them: (surface, core) of each."""
    spans: list[tuple[str, str]] = []
    loose = ""
    for part in parts:
        if len(part) < PAIR:
            loose += part
            continue
        spans += [(loose, loose)] if len(loose) > 1 else []
        spans.append((loose + part, part) if len(loose) == 1 else (part, part))
        loose = ""
    if len(loose) == 1 and spans:
        surface, core = spans.pop()
        return [*spans, (surface + loose, core)]
    return [*spans, (loose, loose)] if loose else spans


def _needs(word: str) -> tuple[str, ...]:
    """Give the terms without which a document does not hold the word.

    A long word is met by the shorter words that make it up (人口普查 by 人口 and 普查).
    """
    if len(word) >= FORMER:
        inner = [each for each in rjieba.cut_for_search(word) if PAIR <= len(each) < len(word)]
        if set("".join(inner)) == set(word):
            return tuple(dict.fromkeys(pair for each in inner for pair in pairs(each)))
    return tuple(dict.fromkeys(pairs(word)))
