"""A file as statements: read strictly first, then leniently, then record by record.

What the lenient reading lets through is put right here, so that nothing downstream ever sees an
IRI with a space in it. Readers give `(text, subject, predicate, object)` in N-Triples form.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from graph.harvest.rdf.formats import FORMATS
from graph.harvest.rdf.gather import NOTES, Gathered, Statement
from graph.harvest.rdf.halves import gathered_in_two, middle_of
from graph.harvest.rdf.intake import Limits, opened, refuse_unended
from graph.harvest.rdf.salvage import LANGUAGE, TOO_MANY, Outcome, salvaged
from graph.harvest.rdf.terms import RELATIVE, is_absolute, is_lawful, legal_iri, under_relative
from graph.ledger.entries import Quarantined, Repair
from ontology.errors import Unreadable
from ontology.terms import shortened

_Begun = tuple[Gathered, io.BufferedReader]
WITH_GRAPHS = frozenset({"nq", "trig", "jsonld"})
TOGETHER = 256  # statements written as one text: with more, it outgrows the caches
END = " .\n"  # of a statement in it: a line feed inside a literal is written as an escape
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*(--(?:ltr|rtl))?")

UNLAWFUL = (
    "An address in this statement cannot be made one, so the statement was not loaded.",
    "该语句中的地址无法修复为合法地址，未载入。",
)
ENCODED = (
    "The address had characters that may not stand in one; they were percent-encoded.",
    "地址含有不允许的字符，已作百分号编码。",
)


@dataclass(slots=True)
class Reading:
    """What a file gave: everything gathered, and the pieces that could not be parsed."""

    gathered: Gathered
    broken: list[Quarantined] = field(default_factory=list)


def read(path: Path, suffix: str, limits: Limits) -> Reading:
    """Read a file by the mildest of the three ways that gets through it.

    Raises Unreadable where none does, or where it holds no statement at all.
    """
    first: SyntaxError | None = None
    for way in _WAYS_OF.get(suffix, (_strictly, _leniently)):
        try:
            return _worth(way(path, suffix, limits), None)
        except SyntaxError as error:
            first = first or error
        except UnicodeDecodeError as error:
            first = first or SyntaxError(str(error))
    assert first is not None
    try:
        return _worth(_by_record(path, suffix, limits, first), first)
    except SyntaxError as error:
        raise _unreadable(error) from error


@contextmanager
def _gathering(path: Path, suffix: str, limits: Limits, *, whole: bool = True) -> Iterator[_Begun]:
    """Open a file and something to gather it in, which goes again where the reading fails.

    `whole`: a document that ends too early fails (SyntaxError).
    """
    gathered = Gathered()
    try:
        with opened(path, suffix, limits) as file:
            yield gathered, file
            if whole:
                refuse_unended(file, suffix)
    except BaseException:
        gathered.close()
        raise


def _strictly(path: Path, suffix: str, limits: Limits) -> Reading:
    def gather(file: io.BufferedReader, gathered: Gathered) -> None:
        quads = parse(file, format=FORMATS[suffix], base_iri=_base(suffix))
        gathered.take(_texts_of_quads(quads, gathered) if suffix in WITH_GRAPHS else _texts(quads))

    if (middle := middle_of(path, suffix, limits)) is not None:
        return Reading(gathered_in_two(path, middle, gather))
    with _gathering(path, suffix, limits) as (gathered, file):
        gather(file, gathered)
    return Reading(gathered)


def _leniently(path: Path, suffix: str, limits: Limits) -> Reading:
    mend = Lenient()
    with _gathering(path, suffix, limits) as (gathered, file):
        quads = parse(file, format=FORMATS[suffix], base_iri=_base(suffix), lenient=True)
        gathered.take(mend.statements(quads))
    mend.tell(gathered)
    return Reading(gathered, mend.unlawful)


def _by_record(path: Path, suffix: str, limits: Limits, first: SyntaxError) -> Reading:
    outcome = Outcome()
    mend = Lenient(outcome.mended)
    with _gathering(path, suffix, limits, whole=False) as (gathered, file):
        quads = salvaged(file, suffix, RELATIVE, outcome, first)
        gathered.take(mend.statements(quads))
    mend.tell(gathered)
    return Reading(gathered, outcome.broken + mend.unlawful)


# A strict JSON-LD parser leaves out, in silence, nodes whose IRI is not legal: never used.
_WAYS_OF = {"jsonld": (_leniently,)}


def _base(suffix: str) -> str | None:
    return None if suffix in {"nt", "nq"} else RELATIVE


def _unreadable(error: SyntaxError) -> Unreadable:
    message = f"This cannot be read as RDF: {error.msg}.", f"无法按 RDF 读取：{error.msg}。"
    return Unreadable(*message)


def _worth(reading: Reading, first: SyntaxError | None) -> Reading:
    """Refuse a file that is no RDF, though a piece of it may look so."""
    refused = _worthless(reading.gathered.read, len(reading.broken), first)
    if refused:
        reading.gathered.close()
        raise refused
    return reading


def _worthless(found: int, broken: int, first: SyntaxError | None) -> Unreadable | None:
    if found == 0 and first is not None:
        return _unreadable(first)
    if found == 0:
        return Unreadable("The file holds no statements.", "文件中没有任何语句。")
    if broken > TOO_MANY and broken > found:
        return Unreadable(
            f"More than {TOO_MANY} pieces of the file are broken, more than are whole.",
            f"文件有超过 {TOO_MANY} 处损坏，且多于完好部分。",
        )
    return None


def _texts(quads: Iterable[Quad]) -> Iterator[Statement]:
    """Give statements of a syntax without named graphs; the strict parser vouches for them.

    The engine writes many at once in half the time that Python takes for one after the other.
    """
    left = iter(quads)
    while written := serialize(islice(left, TOGETHER), format=RdfFormat.N_QUADS):
        for text in written.decode().removesuffix(END).split(END):
            subject, predicate, value = text.split(" ", 2)
            yield text, subject, predicate, value


def _texts_of_quads(quads: Iterable[Quad], gathered: Gathered) -> Iterator[Statement]:
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            gathered.in_graphs += 1
        text = str(quad.triple)
        subject, predicate, value = text.split(" ", 2)
        yield text, subject, predicate, value


class Lenient:
    """Makes lawful statements of what a lenient parser let through, and remembers the repairs."""

    def __init__(self, mended: list[Repair] | None = None) -> None:
        """Begin with no repairs; those put into `mended` belong to the next statement."""
        self.mended = mended if mended is not None else []
        self.unlawful: list[Quarantined] = []
        self.notes: dict[int, list[Repair]] = {}
        self.noted = 0

    def statements(self, quads: Iterable[Quad]) -> Iterator[Statement]:
        """Give each statement with lawful terms."""
        for quad in quads:
            repairs = self.mended[:]
            self.mended.clear()
            property_ = quad.predicate.value
            subject = self._node(quad.subject, property_, repairs)
            predicate = self._node(quad.predicate, property_, repairs)
            value = self._object(quad.object, property_, repairs)
            if repairs and self.noted < NOTES:
                self._note(hash(subject), repairs)
            if subject and predicate and value:
                yield f"{subject} {predicate} {value}", subject, predicate, value
            else:
                self._refuse(quad)

    def _refuse(self, quad: Quad) -> None:
        """Quarantine a statement with a name that no mending makes lawful."""
        said = f"{quad.subject} {quad.predicate} {quad.object} .\n"
        if len(self.unlawful) < NOTES:
            where = getattr(quad.subject, "value", "")
            self.unlawful.append(Quarantined(where, "", "iri", UNLAWFUL, said, "nt"))

    def _note(self, subject: int, repairs: list[Repair]) -> None:
        """Remember repairs of a subject; what recurs in each of its statements only once."""
        noted = self.notes.setdefault(subject, [])
        known = {(each.rule, each.was) for each in noted}
        fresh = [each for each in repairs if (each.rule, each.was) not in known]
        noted.extend(fresh)
        self.noted += len(fresh)

    def tell(self, gathered: Gathered) -> None:
        """Hand the repairs over, each with the subject it was made on."""
        for key, repairs in self.notes.items():
            if key in gathered.number:
                gathered.repairs.setdefault(gathered.number[key], []).extend(repairs)

    def _object(self, term: object, property_: str, repairs: list[Repair]) -> str:
        if isinstance(term, Literal):
            return self._literal(term, property_, repairs)
        return self._node(term, property_, repairs)

    def _node(self, term: object, property_: str, repairs: list[Repair]) -> str:
        if not isinstance(term, NamedNode):
            return str(term)
        iri = term.value
        if is_lawful(iri):
            return f"<{iri}>"
        lawful = encoded = legal_iri(iri)
        if not is_absolute(lawful):
            lawful = under_relative(lawful)
        if not is_lawful(lawful):
            return ""
        if encoded != iri:
            shown = iri.removeprefix(RELATIVE), lawful.removeprefix(RELATIVE)
            repairs.append(Repair("iri", shortened(property_), *shown, ENCODED))
        return f"<{lawful}>"

    def _literal(self, literal: Literal, property_: str, repairs: list[Repair]) -> str:
        language = literal.language
        if language:
            if _TAG.fullmatch(language):
                return str(literal)
            lawful = language.replace("_", "-")
            plain = Literal(literal.value)
            now = f"{plain}@{lawful}" if _TAG.fullmatch(lawful) else str(plain)
            repairs.append(Repair("language", shortened(property_), language, now[-20:], LANGUAGE))
            return now
        type_ = literal.datatype.value
        if is_lawful(type_):
            return str(literal)
        node = self._node(literal.datatype, property_, repairs)
        return f"{Literal(literal.value)}^^{node}" if node else ""
