"""Asking a view: the one place where the store's query is called.

Our own questions are files (`sparql/texts.py`). Strangers' text reaches `ask` in a killable child
(`sparql/workers`), or where it is provably small (`sparql/lookups.py`). Who may see is decided by
the view that is handed in, never here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from graph.views.exact import inner_of
from ontology.clearance import Clearance
from sparql.exact.reading import Result, Solutions, Triples, exact_for, given, means, rewritten
from sparql.texts import Value, text_of

Term = NamedNode | BlankNode | Literal | Triple


class View(Protocol):
    """What one clearance may see, at one moment: a read-only store and its number."""

    @property
    def seq(self) -> int:
        """The ledger number that the view stands at."""

    @property
    def clearance(self) -> Clearance:
        """Whose view it is."""

    @property
    def path(self) -> Path:
        """The folder of the store."""

    @property
    def store(self) -> Store:
        """The store, read-only."""


@dataclass(frozen=True, slots=True)
class Graphs:
    """The dataset that a request names: None where it says nothing.

    `own` is the graph that stands for the default one where that is no merge; it has no name then.
    """

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None
    own: str = ""


ANY = Graphs()

_tally: ContextVar[Counter[str] | None] = ContextVar("store_queries", default=None)


@contextmanager
def counting() -> Iterator[Counter[str]]:
    """Count the store queries made inside the block, by name: tests hold pages to it."""
    counted: Counter[str] = Counter()
    token = _tally.set(counted)
    try:
        yield counted
    finally:
        _tally.reset(token)


def ask(  # noqa: PLR0913 - what describes a dataset, each by name
    store: Store,
    text: str,
    *,
    graphs: Graphs = ANY,
    base: str | None = None,
    name: str = "",
    beside: str | None = None,
) -> Result:
    """Run one query; raises SyntaxError for a malformed text, OSError when the store fails.

    A request that names default or named graphs describes the whole dataset (SPARQL 1.1 Protocol
    2.1.4): what it does not name is empty, and the query's own FROM clauses do not count.
    `beside` puts one graph in the default graph's place and leaves the named ones (WITH of Update).
    """
    if (counted := _tally.get()) is not None:
        counted[name] += 1
    exact = exact_for(store, text, base)
    if exact is None:
        return _found(store, text, base, _dataset(store, graphs, beside))
    inner = inner_of(store)
    try:
        asked = rewritten(text, base, exact).text
        found = _found(inner, asked, base, _dataset(inner, graphs, beside) | means(exact))
    except SyntaxError:
        _found(Store(), text, base, {})  # what is wrong is told of the text as it was sent
        raise
    return given(found, exact)


def _found(
    store: Store, text: str, base: str | None, how: dict[str, Any]
) -> QuerySolutions | QueryBoolean | QueryTriples:
    return store.query(text, base_iri=base, **how)


def _dataset(store: Store, graphs: Graphs, beside: str | None) -> dict[str, Any]:
    """Give the graphs that a text is asked of, as the engine takes them."""
    if graphs.default is None and graphs.named is None:
        first = beside or graphs.own
        return {
            "default_graph": NamedNode(first) if first else None,
            "named_graphs": _all_but(store, graphs.own),
        }
    return {
        "default_graph": [*_graph_names(graphs.default)],
        "named_graphs": _graph_names(graphs.named),
    }


def _all_but(store: Store, own: str) -> list[NamedNode | BlankNode] | None:
    """Name the graphs beside the default one; None for all, where nothing has to be left out."""
    node = NamedNode(own) if own else None
    if node is None or not store.contains_named_graph(node):
        return None
    return [each for each in store.named_graphs() if each != node]


def _graph_names(iris: Iterable[str] | None) -> list[NamedNode | BlankNode]:
    return [NamedNode(iri) for iri in iris or ()]


class Row(Mapping[str, Any]):
    """One solution: `row["title"]` or `row.title` is the term, or None where it is unbound.

    Which of them a variable holds is known to who wrote the query, and to no type.
    """

    __slots__ = ("_terms",)

    def __init__(self, terms: dict[str, Term | None]) -> None:
        """Hold the terms by the names of their variables."""
        self._terms = terms

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - see above
        """Give the term; KeyError when the query has no such variable."""
        return self._terms[name]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - see above
        """Give the term; AttributeError when the query has no such variable."""
        try:
            return self._terms[name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Iterator[str]:
        """Name the variables in the order of the SELECT."""
        return iter(self._terms)

    def __len__(self) -> int:
        """Count the variables."""
        return len(self._terms)

    def __repr__(self) -> str:
        """Show the terms as they are written."""
        return f"Row({', '.join(f'{name}={term}' for name, term in self._terms.items())})"

    def text(self, name: str) -> str | None:
        """Give the IRI or lexical value as text, or None where it is unbound."""
        term = self._terms[name]
        return None if term is None else value_of(term)

    def number(self, name: str) -> int:
        """Give an integer value; 0 where it is unbound."""
        return int(self.text(name) or 0)


def value_of(term: Term) -> str:
    """Give the IRI or the lexical value of a term."""
    return str(term) if isinstance(term, Triple) else term.value


def rows(view: View, name: str, **values: Value) -> list[Row]:
    """Answer the SELECT `subject/question` with its rows."""
    found = _answer(view, name, values)
    if not isinstance(found, QuerySolutions | Solutions):
        raise otherwise(name)
    variables = [variable.value for variable in found.variables]
    return [Row(dict(zip(variables, solution, strict=True))) for solution in found]


def graph(view: View, name: str, **values: Value) -> list[Triple]:
    """Answer the CONSTRUCT or DESCRIBE `subject/question` with its triples."""
    found = _answer(view, name, values)
    if not isinstance(found, QueryTriples | Triples):
        raise otherwise(name)
    return list(found)


def holds(view: View, name: str, **values: Value) -> bool:
    """Answer the ASK `subject/question`."""
    found = _answer(view, name, values)
    if not isinstance(found, QueryBoolean):
        raise otherwise(name)
    return bool(found)


def _answer(view: View, name: str, values: dict[str, Value]) -> Result:
    return ask(view.store, text_of(name).bound(**values), name=name)


def otherwise(name: str) -> TypeError:
    """Say that a query is of another form than it was asked as."""
    return TypeError(f"{name} is a query of another form")


def in_language(texts: Iterable[Literal], language: str) -> Literal | None:
    """Choose the text for a reader: their language, then the other one, then any.

    Among texts of one language the first in code-point order is taken, so that two readers of one
    snapshot see the same.
    """
    wanted = language.partition("-")[0]
    return min(texts, key=lambda text: _distance(text, wanted), default=None)


def _distance(text: Literal, language: str) -> tuple[int, str]:
    spoken = (text.language or "").partition("-")[0]
    order: Sequence[str] = (language, "zh" if language == "en" else "en", "")
    return (order.index(spoken) if spoken in order else len(order), text.value)


def labels(view: View, iris: Iterable[NamedNode | str]) -> dict[str, list[Literal]]:
    """Give the names of many things in one store query: IRI -> its labels in every language."""
    wanted = list(dict.fromkeys(iris))
    found: dict[str, list[Literal]] = {}
    for row in rows(view, "labels/of", things=wanted) if wanted else ():
        if isinstance(row["label"], Literal):
            found.setdefault(row.text("things") or "", []).append(row["label"])
    return found
