"""What a cataloguer is told about an entry: the shapes of `shapes/*.ttl`, in both languages.

A violation is something that cannot be shown; a warning should be mended.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import shacl

from ontology.errors import Unreadable
from ontology.statements import HERE, by_subject, text
from ontology.terms import SH

SHAPES_FOLDER = HERE / "shapes"


class Verdict(NamedTuple):
    """One thing that a shape says of an entry.

    `focus` is the IRI it is about, `property` the IRI of the property or "" where a rule spans
    several, `severity` "Violation" or "Warning", `zh` and `en` the sentence; `shape` is the IRI of
    the shape that speaks, `value` the offending value where there is one.
    """

    focus: str
    property: str
    severity: str
    zh: str
    en: str
    shape: str
    value: str


def check(data: str) -> list[Verdict]:
    """Hold Turtle or N-Triples against all shapes; the worst first, then in the order of forms.

    Raises Unreadable when the text is neither.
    """
    try:
        report = compiled().validate_turtle(data)
    except ValueError as error:
        message = f"The text is not Turtle: {error}", f"文本不是 Turtle：{error}"
        raise Unreadable(*message) from error
    return sorted((_verdict(each) for each in report.results), key=_worst_first)


@cache
def compiled() -> shacl.Shapes:
    """Give the shapes, compiled once."""
    return shacl.Shapes.from_turtle(shapes_text())


def shapes_text() -> str:
    """Give all shapes as one Turtle text."""
    files = sorted(SHAPES_FOLDER.glob("*.ttl"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@cache
def messages() -> dict[str, tuple[str, str]]:
    """Give the Chinese and the English sentence of each shape that has one."""
    subjects = by_subject(SHAPES_FOLDER.glob("*.ttl"))
    return {
        getattr(shape, "value", ""): (
            text(about, SH.message, "zh"),
            text(about, SH.message, "en"),
        )
        for shape, about in subjects.items()
        if SH.message in about
    }


def _verdict(result: shacl.Result) -> Verdict:
    shape = _bare(result.source_shape)
    zh, en = messages()[shape]
    return Verdict(
        focus=_bare(result.focus_node),
        property=_bare(result.path),
        severity=result.severity,
        zh=zh,
        en=en,
        shape=shape,
        value=result.value_plain or "",
    )


def _bare(term: str | None) -> str:
    return (term or "").removeprefix("<").removesuffix(">")


def _worst_first(verdict: Verdict) -> tuple[str, bool, str, str, str]:
    return (
        verdict.focus,
        verdict.severity != "Violation",
        verdict.shape,
        verdict.property,
        verdict.value,
    )
