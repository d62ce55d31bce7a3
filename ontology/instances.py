"""The things that base libraries tell apart and that are no persons: what they are known by.

Of each kind: the elements (by their standard names) in whose data items such a thing may stand, how
sure that is, and the library that keeps it. A natural person is none of these kinds, and no element
of the population library stands here: a test says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from ontology.identifiers import CREDIT_CODE, Scheme
from ontology.sentences import Sentence

PROVED, CODED, NAMED = 0.99, 0.95, 0.7


@dataclass(frozen=True, slots=True)
class Instances:
    """A kind of things: `keys` by the standard name of an element, each with how sure it is.

    `scheme` is that of its code, where its characters can be checked.
    """

    name: str
    words: Sentence
    library: str
    keys: dict[str, float]
    scheme: Scheme | None = None


KINDS = {
    each.name: each
    for each in (
        Instances(
            "legal-person",
            ("Legal person", "法人"),
            "legal-person",
            {
                "统一社会信用代码": PROVED,
                "组织机构代码": PROVED,
                "注册号": CODED,
                "纳税人识别号": CODED,
                "法人名称": NAMED,
            },
            CREDIT_CODE,
        ),
        Instances("district", ("District", "行政区"), "geography", {"行政区划代码": CODED}),
        Instances(
            "street",
            ("Street or town", "街镇"),
            "geography",
            {"街镇代码": CODED, "居村委代码": NAMED},
        ),
        Instances(
            "address",
            ("Standard address", "标准地址"),
            "geography",
            {"标准地址编码": CODED, "标准地址": NAMED},
        ),
    )
}
