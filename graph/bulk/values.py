"""A cell's text and what it means: words of code lists both ways, never codes, never by number.

What a cell shows is read back as the same value, whatever language the workbook was made in. A word
that its list does not hold is a fault with the nearest words that it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

from graph.bulk.sheets import plain
from graph.cataloguing.typed import INTERNAL, LINKS, curie, reading
from graph.harvest.tables.values import LIBRARIES
from ontology.code_lists import Concept, code_list, concept, folded
from ontology.sentences import Sentence

BETWEEN = "；"
PARTED = re.compile(r"[\n;；]")
LINES = re.compile(r"\n")
PARTED_WORDS = re.compile(r"[\n;；、]")  # of texts as keywords are
LISTED = frozenset({"concept", "division", "library"})
LISTS = {"division": "division", "library": "library-kind"}
YES: Sentence = ("yes", "是")
YES_WORDS = frozenset({"yes", "y", "true", "1", "是", "√", "x", "删除", "remove"})
NO_WORDS = frozenset({"", "no", "n", "false", "0", "否"})
SEVERAL = 3  # suggestions beside a fault


def list_of(name: str) -> str:
    """Give the code list that a field is chosen from, "" for none."""
    if name == INTERNAL:
        return ""
    how = reading(name)
    return (how.code_list or LISTS.get(how.reads, "")) if how.reads in LISTED else ""


def choices(name: str, language: str) -> tuple[str, ...]:
    """Give the words of a field's list, as a drop-down shows them."""
    return tuple(dict.fromkeys(each.label(language) for each in offered(name)))


@lru_cache(maxsize=200)
def offered(name: str) -> tuple[Concept, ...]:
    """Give the concepts that a field can be, retired ones left out."""
    listed = list_of(name)
    found = [each for each in code_list(listed) if not each.retired] if listed else []
    if listed and reading(name).reads == "library":
        found = [each for each in found if each.notation in LIBRARIES]
    return tuple(found)


def shown(name: str, values: tuple[str, ...], language: str, base: str) -> str:
    """Give the values of a field as its cell shows them."""
    words = [one_shown(name, each, language, base) for each in values]
    return plain(words[0] if len(words) == 1 else _between(name).join(words))


def _between(name: str) -> str:
    """Give what stands between several values: addresses may hold all marks but a new line."""
    return "\n" if name != INTERNAL and reading(name).reads == "url" else BETWEEN


@lru_cache(maxsize=50_000)
def one_shown(name: str, value: str, language: str, base: str) -> str:
    """Give one value in words: a concept by its label, another thing of ours by its code."""
    if name == INTERNAL:
        return YES[1] if language == "zh" else YES[0]
    known = concept(value) if "://" in value else None
    if known is not None:
        return known.label(language) or known.notation
    if not value.startswith(f"{base}/id/"):
        return value
    if reading(name).reads == "library":
        found = code_list("library-kind").by_notation(value.rpartition("/")[2])
        return found.label(language) if found else value
    return value.removeprefix(f"{base}/id/").partition("/")[2]


def meant(name: str, text: str, base: str) -> tuple[tuple[str, ...], Sentence | None]:
    """Give the values that a cell means, and what is wrong with it where it means none."""
    text = plain(text)
    if not text:
        return (), None
    if name == INTERNAL:
        return _flag(text)
    if list_of(name):
        return _listed(name, text, base)
    how = reading(name)
    if how.many or curie(name) in LINKS:
        marks = {"text": PARTED_WORDS, "url": LINES}.get(how.reads, PARTED)
        return tuple(dict.fromkeys(filter(None, map(str.strip, marks.split(text))))), None
    return (text,), None


def yes(text: str) -> bool | None:
    """Read yes or no; None for neither."""
    plain_text = plain(text).casefold()
    return True if plain_text in YES_WORDS else False if plain_text in NO_WORDS else None


def _flag(text: str) -> tuple[tuple[str, ...], Sentence | None]:
    said = yes(text)
    if said is None:
        return (text,), (f"“{text}” is neither yes nor no.", f"“{text}”既不是“是”也不是“否”。")
    return (("yes",) if said else ()), None


def _listed(name: str, text: str, base: str) -> tuple[tuple[str, ...], Sentence | None]:
    whole = one_meant(name, text, base)
    if whole:
        return (whole,), None
    parts = list(filter(None, map(str.strip, PARTED.split(text))))
    found = [(part, one_meant(name, part, base)) for part in parts]
    wrong = next((part for part, value in found if not value), None)
    values = tuple(dict.fromkeys(value or part for part, value in found))
    if wrong is not None:
        return values, unknown(name, wrong)
    if len(values) > 1 and not reading(name).many:
        return values, (
            f"“{text}” names several; choose one.",
            f"“{text}”含有多个值，只能选择一个。",
        )
    return values, None


@lru_cache(maxsize=20_000)
def one_meant(name: str, text: str, base: str) -> str:
    """Give the value that a word of a list stands for, "" for none."""
    listed = code_list(list_of(name))
    found = listed.match(text) or listed.by_iri(text)
    if found is None and reading(name).reads == "division" and text.isdigit():
        found = listed.by_notation(text)
    if found is None or (reading(name).reads == "library" and found.notation not in LIBRARIES):
        return ""
    return f"{base}/id/library/{found.notation}" if reading(name).reads == "library" else found.iri


def unknown(name: str, text: str) -> Sentence:
    """Say that a word is not in its list, and which words are near."""
    listed = code_list(list_of(name))
    en = near(text, (each.en for each in offered(name)))
    zh = near(text, (each.zh for each in offered(name)))
    return (
        f"“{text}” is not in the list “{listed.en}”." + (f" Near: {', '.join(en)}." if en else ""),
        f"“{text}”不在代码表“{listed.zh}”中。" + (f"相近的有：{'、'.join(zh)}。" if zh else ""),
    )


def near(text: str, words: Iterable[str]) -> list[str]:
    """Give the words nearest to a text: those that hold it or are held by it, then the alike."""
    known = {folded(each): each for each in words}
    plain_text = folded(text)
    held = [key for key in known if key and (key in plain_text or plain_text in key)]
    alike = get_close_matches(plain_text, known, n=SEVERAL, cutoff=0.4)
    return [known[key] for key in dict.fromkeys((*held, *alike))][:SEVERAL]
