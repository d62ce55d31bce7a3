"""The national resource code: class, group, subgroup, detail, and a sequence after the stroke.

`112461465423/798456` is class 1, group 12, subgroup 461, detail 465423, number 798456 (guide
发改高技〔2017〕1272号, DOMAIN §1.2). Which digits stand for which class was not seen in a source: the
list `resource-class` marks them unconfirmed, so a class that it lacks is a remark and no fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ontology.code_lists import Concept, code_list
from ontology.errors import Invalid
from ontology.sentences import Sentence

WIDTH = 6  # digits of a sequence number, as in the one sample seen; any length is read
CAPITALS = re.compile(r"[0-9A-Z]*\Z")


@dataclass(frozen=True, slots=True)
class ResourceCode:
    """One code in its parts: 类 (1 digit), 项 (2), 目 (3), 细目 (any length), 顺序码."""

    category: str
    group: str
    subgroup: str
    detail: str
    sequence: str

    @property
    def classification(self) -> str:
        """Give what stands before the stroke."""
        return self.category + self.group + self.subgroup + self.detail

    def __str__(self) -> str:
        """Give the code as it is written."""
        return f"{self.classification}/{self.sequence}"


def fault(text: str) -> Sentence | None:
    """Say what is wrong with the form of a code, the first fault; None where it has the form."""
    classification, stroke, sequence = text.partition("/")
    if not stroke:
        return (
            "A resource code has a stroke “/” between classification and number.",
            "资源代码的分类与顺序码之间须有“/”。",
        )
    return classification_fault(classification) or _sequence_fault(sequence)


def classification_fault(text: str) -> Sentence | None:
    """Say what is wrong with what stands before the stroke; None where it has the form."""
    checks = (
        (text[:1] not in ("1", "2", "3"), CATEGORY),
        (not _digits(text[1:3], 2), GROUP),
        (not _digits(text[3:6], 3), SUBGROUP),
        (not CAPITALS.match(text[6:]), DETAIL),
    )
    return next((sentence for wrong, sentence in checks if wrong), None)


def parse(text: str) -> ResourceCode:
    """Read a code; raises Invalid with the sentence that says what is wrong."""
    plain = text.strip()
    wrong = fault(plain)
    if wrong:
        raise Invalid(*wrong)
    classification, _, sequence = plain.partition("/")
    return _split(classification, sequence)


def compose(classification: str, number: int) -> ResourceCode:
    """Make a code of a classification and a sequence number; raises Invalid as `parse` does."""
    return parse(f"{classification}/{number:0{WIDTH}d}")


def next_code(classification: str, used: Iterable[str]) -> ResourceCode:
    """Give the code after the highest used one of the classification; gaps are not filled.

    `used` are whole codes of any classification; those that are no codes count for nothing, nor do
    sequences with letters. A number once given is never given again, so withdrawn codes belong in.
    """
    taken = (each.partition("/") for each in used)
    numbers = [int(tail) for head, _, tail in taken if head == classification and _digits(tail)]
    return compose(classification, max(numbers, default=0) + 1)


def unknown_class(code: ResourceCode) -> Sentence | None:
    """Say that the class or group is not in the list, where it is not.

    A remark, not a fault: the digits of the list are unconfirmed defaults.
    """
    if classes(code):
        return None
    written = code.category + code.group
    return (
        f"“{written}” is not a group of the list of resource classes.",
        f"“{written}”不在政务信息资源分类表中。",
    )


def classes(code: ResourceCode) -> tuple[Concept, ...]:
    """Give the class and the group of a code as concepts; nothing where the list lacks the group."""
    known = code_list("resource-class")
    group = known.by_notation(code.category + code.group)
    above = known.by_notation(code.category)
    return (above, group) if above and group else ()


def _split(classification: str, sequence: str) -> ResourceCode:
    return ResourceCode(
        category=classification[:1],
        group=classification[1:3],
        subgroup=classification[3:6],
        detail=classification[6:],
        sequence=sequence,
    )


def _sequence_fault(text: str) -> Sentence | None:
    if text and CAPITALS.match(text):
        return None
    return (
        "After the stroke stands a number of digits or capital letters.",
        "“/”之后的顺序码须由数字或大写字母组成，不能为空。",
    )


def _digits(text: str, length: int | None = None) -> bool:
    return text.isascii() and text.isdigit() and length in (None, len(text))


CATEGORY: Sentence = (
    "The first character is the class: 1 base, 2 theme or 3 department resource.",
    "第1位为类：1 基础、2 主题、3 部门信息资源。",
)
GROUP: Sentence = ("Characters 2 and 3 are the group: two digits.", "第2至3位为项：两位数字。")
SUBGROUP: Sentence = (
    "Characters 4 to 6 are the subgroup: three digits.",
    "第4至6位为目：三位数字。",
)
DETAIL: Sentence = (
    "From character 7 on stands the detail: digits or capital letters.",
    "第7位起为细目：数字或大写字母。",
)
