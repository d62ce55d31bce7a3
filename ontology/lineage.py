"""What carries data on: which statements are steps of lineage, and what a step does to the data.

A step leads from where data come from to where they go. `FLOWS` says which property states one and
which way; the list `transformation` (OpenLineage's column facet) says what becomes of the values.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from ontology.code_lists import Concept, code_list
from ontology.terms import DCAT, GOV, ODRL, PROV


@dataclass(frozen=True, slots=True)
class Flow:
    """One property that states a step: `forward` where its subject is where data come from.

    `leaf` steps end at something that hands data out (a file, an agreement): nothing flows on.
    """

    name: str
    term: NamedNode
    forward: bool = False
    leaf: bool = False


FLOWS = (
    Flow("derived", PROV.wasDerivedFrom),
    Flow("system", GOV.sourceSystem),
    Flow("feeds", GOV.feeds, forward=True),
    Flow("layer", GOV.layerOf),
    Flow("file", DCAT.distribution, forward=True, leaf=True),
    Flow("service", DCAT.servesDataset, leaf=True),
    Flow("agreement", ODRL.target, leaf=True),
)
CARRYING = tuple(each for each in FLOWS if not each.leaf)
LEAVES = tuple(each for each in FLOWS if each.leaf)

# The kinds of things that stand in lineage, as their addresses name them.
KINDS = ("dataset", "layer", "item", "system", "service", "distribution", "agreement", "reuse")
DIRECT, INDIRECT = "direct", "indirect"


def transformation(kind: str, subtype: str = "") -> Concept | None:
    """Give what a step does, by OpenLineage's type and subtype; an unknown subtype by its type.

    None where the type is neither DIRECT nor INDIRECT.
    """
    listed = code_list("transformation")
    wide = kind.strip().lower()
    narrow = f"{wide}-{subtype.strip().lower().replace('_', '-')}"
    found = listed.by_notation(narrow)
    return found or (listed.by_notation(wide) if wide in {DIRECT, INDIRECT} else None)


def openlineage(iri: str) -> tuple[str, str]:
    """Give a transformation's type and subtype as OpenLineage names them; ("", "") for none."""
    found = code_list("transformation").by_iri(iri)
    if found is None:
        return "", ""
    kind, _dash, subtype = found.notation.partition("-")
    return kind.upper(), subtype.upper().replace("-", "_")
