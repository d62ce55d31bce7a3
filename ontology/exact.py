"""Numbers whose type says more than that they are whole: the twelve derived from `xsd:integer`.

The engine would give each of them back as an `xsd:integer`, so views lay them in a form of their own
(`graph.views.exact`). What a catalogue holds in bulk, with a type that its profile knows, stays a
plain number there.
"""

from __future__ import annotations

from typing import Final

from ontology.terms import DCAT, PREFIXES

# The least and the greatest number of each type; None where there is none (XML Schema 1.1, 3.4.14-25).
TYPES: Final[dict[str, tuple[int | None, int | None]]] = {
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "nonNegativeInteger": (0, None),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
    "positiveInteger": (1, None),
}
XSD: Final = PREFIXES["xsd"]
NAMES: Final = {XSD + local: local for local in TYPES}

# The size of a file: every distribution may have one, and feeds write it as DCAT-AP wants it.
PLAIN: Final = frozenset({DCAT.byteSize.value})

LEAST, GREATEST = -(2**63), 2**63 - 1  # that the engine takes for a whole number
DIGITS: Final = 19  # of the longest of them


def is_folded(text: str, local: str) -> bool:
    """Say whether the engine would take a literal of one of the types for an `xsd:integer`."""
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if local not in TYPES or not (digits.isascii() and digits.isdigit()):
        return False
    return len(digits.lstrip("0")) <= DIGITS and LEAST <= int(text) <= GREATEST


def is_of(number: int, local: str) -> bool:
    """Say whether a number is one of a type."""
    least, greatest = TYPES[local]
    return (least is None or number >= least) and (greatest is None or number <= greatest)
