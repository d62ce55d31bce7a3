"""The names of the sample's things, and of the concepts they point to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pyoxigraph import NamedNode

from graph.sample.specs import Content
from ontology.terms import AUTHORITY, code_iri

HOST = "https://data.example.sh.cn"  # the open platform of a city that does not exist
EXCHANGE = "https://share.example.sh.cn"  # its exchange between departments
LISTED_BY_EU = {"frequency", "file-type", "access-right", "language", "licence"}


@dataclass(frozen=True, slots=True)
class Town:
    """What every part of the sample is made from: the tables kept, the seed, the day, the base."""

    content: Content
    seed: int
    today: date
    base: str

    def id(self, kind: str, code: str) -> NamedNode:
        """Give the name of a local thing."""
        return NamedNode(f"{self.base}/id/{kind}/{code}")

    def dataset(self, reference: str) -> NamedNode:
        """Give the name of a dataset or layer."""
        spec = self.content.datasets[reference]
        return self.id(spec.kind, spec.code)

    def concept(self, code_list: str, word: str) -> NamedNode:
        """Give the concept a table's word stands for."""
        notation = self.content.codes.get(code_list, {}).get(word, word)
        if notation.startswith("http"):
            return NamedNode(notation)
        if code_list in LISTED_BY_EU:
            return NamedNode(f"{AUTHORITY}{code_list}/{notation}")
        return code_iri(code_list, notation)
