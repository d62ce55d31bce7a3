"""Where the words of a question stand in a text: parts and whether each is a hit, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from graph.search import sound
from graph.search.question import Runs
from graph.search.words import PARTS, PIECES, Word, folded, pairs, singular

AROUND = 60  # characters of an abstract before its first hit
SHOWN = 200  # characters of an abstract that are shown
CUT = "…"

Span = tuple[int, int]


def runs(text: str, words: Iterable[Word]) -> Runs:
    """Give a text in parts, the hits marked."""
    at, parts = 0, []
    for start, end in _merged(_spans(text, words)):
        parts += [(text[at:start], False), (text[start:end], True)]
        at = end
    return tuple(part for part in (*parts, (text[at:], False)) if part[0])


def excerpt(text: str, words: Iterable[Word]) -> Runs:
    """Give the part of a text around its first hit, in parts."""
    asked = list(words)
    first = min((start for start, _ in _spans(text, asked)), default=0)
    start = max(0, first - AROUND) if first > SHOWN - AROUND else 0
    shown = text[start : start + SHOWN]
    before = ((CUT, False),) if start else ()
    after = ((CUT, False),) if start + SHOWN < len(text) else ()
    return (*before, *runs(shown, asked), *after)


def hit(parts: Runs) -> bool:
    """Say whether anything in a text was hit."""
    return any(is_hit for _, is_hit in parts)


def _spans(text: str, words: Iterable[Word]) -> list[Span]:
    """Give where the words stand in a text."""
    plain, places = _folded_with_places(text)
    found = [span for word in words for span in _word_spans(plain, word)]
    return [(places[start], places[end - 1] + 1) for start, end in found]


def _folded_with_places(text: str) -> tuple[str, list[int]]:
    """Fold a text and give, for each character of the outcome, the place it comes from."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    pieces = [folded(each) for each in text]
    return "".join(pieces), [at for at, piece in enumerate(pieces) for _ in piece]


def _word_spans(plain: str, word: Word) -> list[Span]:
    """Give where one word stands in a folded text."""
    if word.latin:
        return _latin_spans(plain, word)
    whole = list(_found(plain, word.surface)) or list(_found(plain, word.core))
    return whole or [span for pair in pairs(word.core) for span in _found(plain, pair)]


def _found(plain: str, piece: str) -> Iterator[Span]:
    """Give every place of a piece."""
    return (match.span() for match in re.finditer(re.escape(piece), plain))


def _latin_spans(plain: str, word: Word) -> list[Span]:
    """Give where a Latin word stands, or what sounds like it."""
    matches = [match for match in PIECES.finditer(plain) if match[2]]
    term = word.needs[0]
    spans = [match.span() for match in matches if _is(match[2], term)]
    if spans or sound.TYPED.fullmatch(word.surface) is None:
        return spans
    heard = sound.heard(word.surface, plain)
    return [heard] if heard else []


def _is(piece: str, term: str) -> bool:
    """Say whether a word of a text is the term, whole or in one of its parts."""
    return singular(piece) == term or term in map(singular, PARTS.findall(piece))


def _merged(spans: list[Span]) -> list[Span]:
    """Give spans in order, those that touch made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
