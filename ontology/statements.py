"""Reading our own Turtle files: the statements of each subject, and single values of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple, parse

Term = NamedNode | BlankNode | Literal | Triple
Subject = NamedNode | BlankNode | Triple
About = dict[NamedNode, list[Term]]

HERE = Path(__file__).parent


def quads(paths: Iterable[Path]) -> list[Quad]:
    """Read files one after another, in the order of their names."""
    return [quad for path in sorted(paths) for quad in parse(path=path)]


def by_subject(paths: Iterable[Path]) -> dict[Subject, About]:
    """Give what is said of each subject, in the order of the files."""
    subjects: dict[Subject, About] = {}
    for quad in quads(paths):
        about = subjects.setdefault(quad.subject, defaultdict(list))
        about[quad.predicate].append(quad.object)
    return subjects


def one(about: About, term: NamedNode) -> str:
    """Give the first value as a string, or "" where there is none."""
    return next(iter(values(about, term)), "")


def values(about: About, term: NamedNode) -> tuple[str, ...]:
    """Give all values that are literals or IRIs, as strings."""
    return tuple(each.value for each in about[term] if isinstance(each, Literal | NamedNode))


def text(about: About, term: NamedNode, language: str) -> str:
    """Give the value in exactly that language, or "" where there is none."""
    texts = (each for each in about[term] if isinstance(each, Literal))
    return next((each.value for each in texts if each.language == language), "")
