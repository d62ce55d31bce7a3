"""Words for people, always in both languages: a pair (English, Chinese), and ways to join pairs."""

from __future__ import annotations

from collections.abc import Iterable

Sentence = tuple[str, str]  # English, Chinese: the order in which errors take them


def joined(*sentences: Sentence) -> Sentence:
    """Give sentences one after another; English takes a space between, Chinese none."""
    told = [each for each in sentences if each[0]]
    return " ".join(en for en, _ in told), "".join(zh for _, zh in told)


def either(words: Iterable[Sentence]) -> Sentence:
    """Give the words as a choice: "a, b or c", "甲、乙或丙"."""
    en, zh = zip(*words, strict=True)
    return _choice(en, ", ", " or "), _choice(zh, "、", "或")


def _choice(words: tuple[str, ...], between: str, last: str) -> str:
    head, tail = words[:-1], words[-1]
    return f"{between.join(head)}{last}{tail}" if head else tail
