"""Several default graphs are their merge: a statement that stands in two of them is there once.

SPARQL 1.1 Query 13.1 makes one graph of those that FROM or `default-graph-uri` name. The engine
reads them one after the other and gives such a statement twice, which counts wrong. So where any
does, the query is asked of a copy in which each stands in the first of its graphs alone. Graphs of
more statements than can be copied in a moment stay the engine's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import NamedNode, Quad, Store, Triple

from graph.views.exact import exact_of, exact_store
from sparql.plans.tokens import Token, prologue_of, tokens_of
from sparql.query import Graphs

MOST = 200_000  # statements of the graphs that are named

Dataset = tuple[tuple[str, ...], tuple[str, ...]]  # IRIs of the default and of the named graphs


def merged(text: str, store: Store, graphs: Graphs) -> Store | None:
    """Give a store to ask in this one's place; None where this one is right, or too large."""
    default, named = dataset_of(text, graphs)
    if len(default) < 2 or set(default) & set(named):  # noqa: PLR2004 - one is no merge
        return None
    try:
        return parted(store, default, named)
    except ValueError:
        return None  # no IRI: the engine says so of the text as it was sent


def parted(store: Store, default: Sequence[str], named: Sequence[str]) -> Store | None:
    """Give a copy in which no statement stands in two default graphs; None where none does anyway."""
    first: dict[Triple, Quad] = {}
    count = 0
    for count, quad in enumerate(standing(store, default), 1):
        first.setdefault(quad.triple, quad)
        if count > MOST:
            return None
    if len(first) == count:
        return None
    found = exact_store(Store(), exact_of(store))
    found.extend(first.values())
    found.extend(standing(store, named))
    return found


def standing(store: Store, graphs: Sequence[str]) -> Iterator[Quad]:
    """Give what stands in some graphs, one after the other."""
    for graph in graphs:
        yield from store.quads_for_pattern(None, None, None, NamedNode(graph))


def dataset_of(text: str, graphs: Graphs) -> Dataset:
    """Give the graphs that a request names, else those that its text does; none where in doubt."""
    if graphs.default is not None or graphs.named is not None:
        return tuple(dict.fromkeys(graphs.default or ())), graphs.named or ()
    if "FROM" not in text.upper() or (tokens := tokens_of(text)) is None:
        return (), ()
    prologue = prologue_of(tokens)
    return ((), ()) if prologue is None else said_in(tokens, prologue[0])


def said_in(tokens: Sequence[Token], prefixes: dict[str, str]) -> Dataset:
    """Read the FROM clauses, which stand before the first bracket."""
    default, named = dict[str, None](), dict[str, None]()
    for place, token in enumerate(tokens):
        if token.said == "{":
            break
        if token.kind == "word" and token.said == "FROM" and place + 2 < len(tokens):
            is_named = tokens[place + 1].said == "NAMED"
            told = tokens[place + 1 + is_named]
            prefix, _, local = told.said.partition(":")
            iri = told.said[1:-1] if told.kind == "iri" else prefixes.get(f"{prefix}:", "") + local
            (named if is_named else default)[iri] = None
    return tuple(default), tuple(named)
