"""What holds of an entry as a whole: its code, its title, who may see it, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable

from graph.harvest.rdf.kinds import expanded
from graph.harvest.rdf.repair import lexical, quoted
from graph.harvest.rdf.skolem import Triple
from graph.ledger.digest import short_digest
from graph.ledger.entries import Context, Finding
from ontology.clearance import Clearance, clearance_of_entry, strictest
from ontology.terms import AUTHORITY, CODES

Facts = dict[str, list[str]]  # property -> values, of one subject


def term(curie: str) -> str:
    """Give the N-Triples text of a term of our tables."""
    return f"<{expanded(curie)}>"


TITLE, IDENTIFIER = term("dct:title"), term("dct:identifier")
ISSUED, MODIFIED = term("dct:issued"), term("dct:modified")
ACCESS, CODE, TYPE = term("dct:accessRights"), term("gov:code"), term("rdf:type")
OPENNESS, SHARING = term("gov:opennessType"), term("gov:sharingType")
INTERNAL = term("gov:InternalContact")
GOVERNANCE_ONLY = frozenset({term("gov:internalAddress"), term("gov:riskNote")})
HYDRA = "<http://www.w3.org/ns/hydra/core#"
CATALOGUED = frozenset({"dataset", "layer"})

TITLES = tuple(map(term, ("dct:title", "foaf:name", "skos:prefLabel", "vcard:fn", "rdfs:label")))
SINGLE = tuple(
    map(term, ("dct:issued", "dct:modified", "dct:accrualPeriodicity", "dct:accessRights",
               "dct:publisher"))
)  # fmt: skip
OPENNESS_OF = {
    f"<{AUTHORITY}access-right/{right}>": openness
    for right, openness in (
        ("PUBLIC", "unconditional"),
        ("RESTRICTED", "conditional"),
        ("NON_PUBLIC", "none"),
    )
}

NO_TITLE = (
    "The dataset has no title: people could neither find nor name it.",
    "数据集没有名称，无法查找和引用。",
)
BACKWARDS = (
    "Modified before it was issued; please check both dates.",
    "更新日期早于发布日期，请核对。",
)
SEVERAL = (
    "The thing is described more than once, and differently; all values were kept.",
    "该对象被多次描述且内容不一，已全部保留，请核对。",
)
FUTURE = ("This day is still to come.", "该日期尚未到来，请核对。")
NAMELESS = ("It has no name.", "没有名称。")


def facts_of(root: str, triples: Iterable[Triple]) -> Facts:
    """Give what the triples say of the root itself."""
    facts: Facts = {}
    for subject, predicate, value in triples:
        if subject == root:
            facts.setdefault(predicate, []).append(value)
    return facts


def title_of(facts: Facts) -> str:
    """Give the title for reports: Chinese, else English, else any; "" where there is none."""
    for property_ in TITLES:
        titles = [value for value in facts.get(property_, ()) if value[0] == '"']
        if titles:
            return lexical(min(titles, key=_language_rank))
    return ""


def _language_rank(literal: str) -> tuple[int, str]:
    language = literal[literal.rindex('"') + 1 :].lower()
    ranks = (("@zh", 0), ("@en", 1), ("", 2))
    # A translation made by machine (fr-t-nl, BCP 47 extension T) comes after all others.
    late = 3 if "-t-" in language else 0
    return late + next(rank for start, rank in ranks if language.startswith(start)), literal


def code_of(iri: str, context: Context) -> str:
    """Give the code of a thing: the end of its own IRI, or made from a foreign one."""
    local = f"{context.base}/id/"
    if iri.startswith(local) and "#" not in iri:
        return iri[len(local) :].rstrip("/").rpartition("/")[2]
    return f"{context.source}-{short_digest(iri)}"


def entry_statements(kind: str, iri: str, code: str, facts: Facts) -> list[Triple]:
    """Give what every entry must say and this one does not yet."""
    root = f"<{iri}>"
    added = [] if CODE in facts else [(root, CODE, quoted(code))]
    if kind in CATALOGUED:
        if IDENTIFIER not in facts:
            added.append((root, IDENTIFIER, quoted(iri)))
        openness = OPENNESS_OF.get(facts.get(ACCESS, [""])[0])
        if openness and OPENNESS not in facts:
            added.append((root, OPENNESS, f"<{CODES}openness/{openness}>"))
    return added


def quarantine_reason(kind: str, facts: Facts) -> tuple[str, tuple[str, str]] | None:
    """Say why an entry may not land: (rule, sentences), or None."""
    if kind in CATALOGUED and TITLE not in facts:
        return "no-title", NO_TITLE
    return None


def entry_findings(kind: str, facts: Facts, today: str) -> list[Finding]:
    """Say what a person should look at in this entry."""
    found = []
    issued, modified = _day(facts, ISSUED), _day(facts, MODIFIED)
    if issued and modified and modified[: len(issued)] < issued[: len(modified)]:
        found.append(Finding("modified-before-issued", "dct:modified", modified, BACKWARDS))
    days = (("dct:issued", issued), ("dct:modified", modified))
    found += [
        Finding("future-date", name, day, FUTURE)
        for name, day in days
        if today > "1970-01-01" and day[:10] > today
    ]
    for property_ in SINGLE:
        if len(values := facts.get(property_, ())) > 1 and len(set(values)) > 1:
            found.append(Finding("several-values", property_, " | ".join(values[:5]), SEVERAL))
    if kind == "department" and not title_of(facts):
        found.append(Finding("no-name", "foaf:name", "", NAMELESS))
    return found


def _day(facts: Facts, property_: str) -> str:
    days = facts.get(property_)
    return lexical(days[0]) if days else ""


def _notation(values: list[str] | None) -> str | None:
    return values[0].rstrip(">").rpartition("/")[2] if values else None


def _own_clearance(facts: Facts, load: Clearance) -> Clearance:
    openness = _notation(facts.get(OPENNESS)) or OPENNESS_OF.get(facts.get(ACCESS, [""])[0])
    sharing = _notation(facts.get(SHARING))
    level = clearance_of_entry(openness=openness, sharing=sharing, load=load)
    return strictest(level, Clearance.SHARED) if INTERNAL in facts.get(TYPE, ()) else level


_TELLING = frozenset({OPENNESS, SHARING, ACCESS}) | GOVERNANCE_ONLY


def lines_by_clearance(
    root: str, triples: list[Triple], load: Clearance
) -> dict[Clearance, tuple[str, ...]]:
    """Give the statements as N-Triples lines, each under the clearance it falls to.

    A part is never seen by more than its entry; a subject's own types count for what is said of it.
    """
    told = {s for s, p, o in triples if p in _TELLING or o == INTERNAL}
    if not told and load is not Clearance.GOVERNANCE:
        return {load: tuple(dict.fromkeys(f"{s} {p} {o} ." for s, p, o in triples))}
    of_entry = _own_clearance(facts_of(root, triples), load)
    levels = {s: strictest(of_entry, _own_clearance(facts_of(s, triples), load)) for s in told}
    lines: dict[Clearance, dict[str, None]] = {}
    for s, p, o in triples:
        level = Clearance.GOVERNANCE if p in GOVERNANCE_ONLY else levels.get(s, of_entry)
        lines.setdefault(level, {})[f"{s} {p} {o} ."] = None
    return {level: tuple(found) for level, found in lines.items()}
