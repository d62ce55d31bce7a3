"""What a form asks: the properties of a kind's shape, in its groups and order, in words.

Names, help, order and what is owed come from the shapes (`ontology/shapes`), how a value is given
from how it is read (`graph.cataloguing.typed.reading`). What the shapes' rules speak of but no property shape
names (conditions, legal basis, contacts) is placed by the table here, worded by the vocabulary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode

from graph.cataloguing.typed import FIELDS, FILE, INTERNAL, ITEM, curie, language, reading
from ontology.sentences import Sentence
from ontology.statements import About, by_subject, one, text
from ontology.terms import PREFIXES, SH
from ontology.validation import SHAPES_FOLDER
from ontology.vocabulary import Wording, groups, label_of, terms

SHAPE = "https://w3id.org/govgraph/shape/"
SHAPES = {"layer": ("layer", "dataset")}  # a layer is a dataset too
EN: Sentence = ("in English", "英文")
LONG = frozenset(
    {"dct:description", "gov:legalBasis", "gov:sharingCondition", "gov:opennessCondition"}
)

# What no property shape names: its group, the field it comes after, its name and its help.
EXTRA: dict[str, tuple[str, str, Sentence, Sentence]] = {
    "dct:identifier": (
        "group-identity",
        "dct:title",
        ("Resource code", "资源代码"),
        (
            "Class, group, subgroup, detail, and after the stroke a number: 307001/000012.",
            "类、项、目、细目，“/”后为顺序码，如 307001/000012。",
        ),
    ),
    "dcat:landingPage": (
        "group-access",
        "",
        ("Web page", "网页"),
        ("The page where people find the data.", "可以找到该数据的网页地址。"),
    ),
    "vcard:fn": (
        "group-responsibility",
        "dct:publisher",
        ("Contact: name", "联系人"),
        ("The office or person to ask about the data.", "对数据有疑问时联系的处室或人员。"),
    ),
    "vcard:hasTelephone": (
        "group-responsibility",
        "vcard:fn",
        ("Contact: telephone", "联系电话"),
        ("With the area code: 021-12345678.", "含区号，如 021-12345678。"),
    ),
    "vcard:hasEmail": (
        "group-responsibility",
        "vcard:hasTelephone",
        ("Contact: e-mail", "联系邮箱"),
        ("An address of the office rather than of a person.", "宜填处室邮箱，不填个人邮箱。"),
    ),
    INTERNAL: (
        "group-responsibility",
        "vcard:hasEmail",
        ("For departments only", "仅供部门间使用"),
        (
            "Name, telephone and e-mail are then not shown to the public.",
            "勾选后，联系人、电话与邮箱不对社会显示。",
        ),
    ),
    "gov:sharingFrequency": (
        "group-sharing",
        "gov:sharingWay",
        ("Frequency of sharing", "共享更新频度"),
        ("How often departments get it anew.", "部门多久得到一次更新。"),
    ),
    "gov:opennessWay": (
        "group-openness",
        "gov:opennessCondition",
        ("Way of opening", "开放方式"),
        ("How society gets the data.", "社会如何取得数据。"),
    ),
    "gov:opennessFrequency": (
        "group-openness",
        "gov:opennessWay",
        ("Frequency of opening", "开放更新频度"),
        ("How often society gets it anew.", "社会多久得到一次更新。"),
    ),
    "gov:internalAddress": (
        "group-access",
        "",
        ("Internal address", "内部地址"),
        ("Seen by the city's office alone.", "仅市级主管部门可见。"),
    ),
    "dct:description": (
        "group-content",
        "",
        ("Description", "说明"),
        ("What it holds or is for, in a sentence or two.", "用一两句话说明内容或用途。"),
    ),
    "dct:title": (
        "group-identity",
        "",
        ("Name", "名称"),
        ("The name that people are shown.", "人看到的名称。"),
    ),
}
AFTER = {  # where the vocabulary's own words stand in the form
    "gov:sharingCondition": ("group-sharing", "gov:sharingType"),
    "gov:legalBasis": ("group-sharing", "gov:refusalClass"),
    "gov:opennessCondition": ("group-openness", "gov:opennessType"),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of a form: its name (a property, with its language), words, help and how it is given.

    `widget` is text, long, date, number, choice, choices, lines, links, flag or address; `listed`
    the code list that it is chosen from; `owed` says that an entry cannot be shown without it,
    `wished` that it should be there; `longest` is the greatest length, 0 for none.
    """

    name: str
    label: Wording
    help: Wording
    group: str
    order: float
    widget: str
    listed: str = ""
    owed: bool = False
    wished: bool = False
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """One part of a form."""

    iri: str
    label: Wording
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """What the shapes of one kind say of one property, put together."""

    label: Wording
    help: Wording
    group: str
    order: float
    owed: bool
    wished: bool
    longest: int


@cache
def form_of(kind: str) -> tuple[Group, ...]:
    """Give the parts of the form of a kind, in order, each with its fields."""
    asked = asks_of(kind, FIELDS[kind])
    return tuple(
        Group(iri, label, members)
        for iri, label in groups().items()
        if (members := tuple(each for each in asked if each.group == iri))
    )


@cache
def item_asks() -> tuple[Ask, ...]:
    """Give the columns of the table of items."""
    found = {each.name: each for each in asks_of("item", ITEM)}
    return tuple(found[name] for name in ITEM)


@cache
def file_asks() -> tuple[Ask, ...]:
    """Give the columns of the table of files."""
    found = {each.name: each for each in asks_of("distribution", FILE)}
    return tuple(found[name] for name in FILE)


@cache
def ask(kind: str, name: str) -> Ask:
    """Give one field of a kind, of its items or of its files."""
    place = name.partition(".")
    if place[0] == "items":
        return next(each for each in item_asks() if name.endswith(f".{each.name}"))
    if place[0] == "files":
        return next(each for each in file_asks() if name.endswith(f".{each.name}"))
    return next(each for group in form_of(kind) for each in group.asks if each.name == name)


def asks_of(kind: str, names: tuple[str, ...]) -> list[Ask]:
    """Give the fields of these names in the order of the shapes."""
    known = properties(kind)
    found = [_ask(name, known) for name in names]
    return sorted(found, key=lambda each: each.order)


def _ask(name: str, known: dict[str, Property]) -> Ask:
    said = known.get(curie(name)) or _placed(curie(name), known)
    english = language(name) == "en"
    label = said.label
    if english:
        label = Wording(f"{label.zh}（{EN[1]}）", f"{label.en} {EN[0]}")
    return Ask(
        name=name,
        label=label,
        help=said.help,
        group=said.group,
        order=said.order + (0.01 if english else 0),
        widget=widget(name),
        listed=reading(name).code_list,
        owed=said.owed and not english,
        wished=said.wished and not english,
        longest=said.longest,
    )


WIDGETS = {
    "date": "date",
    "integer": "number",
    "decimal": "number",
    "year": "number",
    "url": "address",
    "flag": "flag",
    "link": "link",
}


def widget(name: str) -> str:
    """Say how a field is given."""
    how = reading(name)
    if how.reads in {"concept", "division", "library"}:
        return "choices" if how.many else "choice"
    if how.reads in {"link", "system"}:
        return "links" if how.many else "link"
    if how.reads == "text" and how.many:
        return "lines"
    return "long" if curie(name) in LONG else WIDGETS.get(how.reads, "text")


@cache
def properties(kind: str) -> dict[str, Property]:
    """Give what the shapes of a kind say of each property, by CURIE."""
    subjects = by_subject(SHAPES_FOLDER.glob("*.ttl"))
    found: dict[str, list[About]] = {}
    for shape in SHAPES.get(kind, (kind,)):
        for node in subjects[NamedNode(SHAPE + shape)][SH.property]:
            about = subjects[node]  # type: ignore[index]
            found.setdefault(_short(one(about, SH.path)), []).append(about)
    return {name: _property(abouts) for name, abouts in found.items()}


def _property(abouts: list[About]) -> Property:
    first = abouts[0]
    counted = [each for each in abouts if one(each, SH.minCount)]
    lengths = [int(one(each, SH.maxLength)) for each in abouts if one(each, SH.maxLength)]
    worst = [one(each, SH.severity).rpartition("#")[2] for each in counted]
    return Property(
        label=Wording(text(first, SH.name, "zh"), text(first, SH.name, "en")),
        help=Wording(text(first, SH.description, "zh"), text(first, SH.description, "en")),
        group=one(first, SH.group),
        order=min(float(one(each, SH.order)) for each in abouts),
        owed="Violation" in worst,
        wished=bool(worst),
        longest=min(lengths, default=0),
    )


def _placed(name: str, known: dict[str, Property]) -> Property:
    """Place a property that no shape names."""
    if name in EXTRA:
        group, after, label, note = EXTRA[name]
        words, said = Wording(label[1], label[0]), Wording(note[1], note[0])
    else:
        group, after = AFTER.get(name, ("group-structure", ""))
        iri = PREFIXES[name.split(":", maxsplit=1)[0]] + name.split(":")[1]
        words = label_of(iri) or Wording(name, name)
        said = next((each.comment for each in terms() if each.iri == iri), Wording("", ""))
    order = 99.0
    if after:
        before = known.get(after) or _placed(after, known)
        order = before.order + 0.1
    return Property(words, said, SHAPE + group, order, owed=False, wished=False, longest=0)


def _short(iri: str) -> str:
    """Give a property's CURIE."""
    prefix = max(
        (each for each in PREFIXES if iri.startswith(PREFIXES[each])),
        key=lambda each: len(PREFIXES[each]),
    )
    return f"{prefix}:{iri[len(PREFIXES[prefix]) :]}"
