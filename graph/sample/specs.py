"""What the writers of the sample may say of a thing: records, one for each kind of table.

Nothing here knows RDF: `reading` fills these from the TOML files of `content/`, the other modules
turn them into statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ontology.clearance import Clearance, clearance_of_entry

STRICTNESS = {"unconditional": 0, "conditional": 1, "none": 2}


def stricter(*notations: str) -> str:
    """Give the strictest of some sharing or openness notations."""
    return max(notations, key=STRICTNESS.__getitem__)


@dataclass(frozen=True, slots=True)
class Item:
    """One data item: its field name, shown names, type with length, and its own two axes."""

    name: str
    zh: str
    en: str
    type: str
    length: int
    about: str = ""
    element: str = ""
    sharing: str = "unconditional"
    openness: str = "unconditional"
    about_en: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """What a map layer has beside a dataset: reference system, metres a cell, bounds, parent."""

    crs: str
    resolution: float
    bounds: tuple[float, float, float, float]
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset or layer as written; references are "department/slug"."""

    department: str
    slug: str
    code: str
    zh: str = ""
    en: str = ""
    about: str = ""
    about_en: str = ""
    words: tuple[str, ...] = ()
    words_en: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    national: str = ""
    every: str = "ANNUAL"
    sharing: str = "unconditional"
    openness: str = "unconditional"
    sharing_condition: str = ""
    openness_condition: str = ""
    way: str = "platform"
    refusal: str = ""
    basis: str = ""
    items: tuple[Item, ...] = ()
    formats: tuple[str, ...] = ()
    system: str = ""
    sources: tuple[str, ...] = ()
    masks: bool = False  # what is sensitive in the sources
    related: tuple[str, ...] = ()
    library: str = ""
    division: str = "310000"
    layer: Layer | None = None
    series: str = ""
    previous: str = ""
    is_series: bool = False
    service: str = ""
    replaced_by: str = ""
    timeliness: str = ""
    state: str = ""
    town: bool = False

    @property
    def ref(self) -> str:
        """How other tables speak of it: "department/slug"."""
        return f"{self.department}/{self.slug}"

    @property
    def kind(self) -> str:
        """Its page kind."""
        return "layer" if self.layer else "dataset"

    @property
    def clearance(self) -> Clearance:
        """Who may see it."""
        return clearance_of_entry(openness=self.openness, sharing=self.sharing)


@dataclass(frozen=True, slots=True)
class System:
    """One information system; `feeds` are references to systems."""

    department: str
    slug: str
    code: str
    zh: str
    en: str
    about: str = ""
    about_en: str = ""
    funding: str = ""
    year: int = 0
    status: str = "running"
    address: str = ""
    feeds: tuple[str, ...] = ()
    state: str = ""
    town: bool = False

    @property
    def ref(self) -> str:
        """How other tables speak of it: "department/slug"."""
        return f"{self.department}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Service:
    """One interface that serves several datasets, and so stands by itself."""

    department: str
    slug: str
    code: str
    zh: str
    en: str
    about: str
    form: str

    @property
    def ref(self) -> str:
        """How other tables speak of it: "department/slug"."""
        return f"{self.department}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Office:
    """Whose tables these are: a department or a district government, and how to reach it."""

    code: str
    zh: str
    en: str
    phone: str
    division: str = "310000"


@dataclass(frozen=True, slots=True)
class Element:
    """One standard data element of a base library."""

    code: str
    zh: str
    en: str
    library: str
    type: str
    length: int
    synonyms: tuple[str, ...] = ()
    definition: str = ""
    definition_en: str = ""
    rule: str = ""
    sensitivity: str = ""
    key: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """One base library: its owner and its words."""

    code: str
    owner: str
    zh: str
    en: str
    about: str
    about_en: str


@dataclass(frozen=True, slots=True)
class Thing:
    """What a base library tells apart and that is no person: a legal person, address or street."""

    kind: str
    code: str
    zh: str
    en: str
    address: str = ""
    street: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """All tables, by reference or code."""

    offices: Mapping[str, Office]
    datasets: Mapping[str, Dataset]
    systems: Mapping[str, System]
    services: Mapping[str, Service]
    libraries: Mapping[str, Library]
    elements: Mapping[str, Element]
    phrases: Mapping[str, Mapping[str, list[str]]]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    things: tuple[Thing, ...] = ()
