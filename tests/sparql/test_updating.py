"""An update is resolved into what the engine itself would have done, operation by operation."""

from __future__ import annotations

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from ontology.errors import QueryRefused
from sparql.guard import Malformed
from sparql.updating import Resolver, Statements, Using, checked

PREFIX = "PREFIX e: <http://e/> PREFIX f: <http://f/> "
TOWN = """INSERT DATA { GRAPH e:g { e:a e:p 1 . e:b e:p 2 . e:c e:q "x" }
                        GRAPH e:h { e:a e:p 1 . e:d e:p 4 } }"""

# The forms of SPARQL 1.1 Update §3.1 and §3.2, and what trips a reader of its text.
UPDATES = {
    "insert data": "INSERT DATA { GRAPH e:g { e:z e:p 1 } }",
    "delete data, then insert": 'DELETE DATA { GRAPH e:g { e:a e:p 1 } } ; '
    'INSERT DATA { GRAPH e:h { e:n e:p "};{" } } ;',
    "delete where": "DELETE WHERE { GRAPH e:g { ?s e:p ?o } }",
    "with": "WITH e:g DELETE { ?s e:p ?o } INSERT { ?s e:r ?o . ?s e:q 'k' } "
    "WHERE { ?s e:p ?o FILTER(?o > 1) }",
    "with sees other graphs by name": "WITH e:g INSERT { ?s e:same ?t } "
    "WHERE { ?s e:p ?o . GRAPH e:h { ?t e:p ?o } }",
    "graphs by variable": "DELETE { GRAPH ?g { ?s e:p ?o } } INSERT { GRAPH ?g { ?s e:p2 ?o } "
    "GRAPH e:k { ?s e:in ?g } } WHERE { GRAPH ?g { ?s e:p ?o } }",
    "clear": "CLEAR GRAPH e:g",
    "drop silently": "DROP SILENT GRAPH e:none",
    "copy": "COPY GRAPH e:g TO GRAPH e:h",
    "move": "MOVE e:g TO e:h",
    "add, then drop": "ADD SILENT e:g TO e:m ; DROP GRAPH e:g",
    "using": "INSERT { GRAPH e:g { ?s e:t ?o } } USING e:h WHERE { ?s e:p ?o } ; "
    "DELETE { GRAPH e:g { ?s e:t ?o } } INSERT { GRAPH f:x { ?s f:y ?o } } "
    "WHERE { GRAPH e:g { ?s e:t ?o } }",
    "using named": "INSERT { GRAPH e:k { ?s e:in ?g } } USING NAMED e:h "
    "WHERE { GRAPH ?g { ?s e:p ?o } }",
    "the same goes and comes": "DELETE { GRAPH e:g { ?s e:p ?o } } INSERT { GRAPH e:g { ?s e:p ?o } } "
    "WHERE { GRAPH e:g { ?s e:p ?o } }",
    "in and out again": "INSERT DATA { GRAPH e:g { e:z e:p 1 } } ; DELETE DATA { GRAPH e:g { e:z e:p 1 } }",
    "a comment at an end": "INSERT { GRAPH e:g { ?s e:t ?o # } \n } } WHERE { GRAPH e:h { ?s e:p ?o # }\n } }",
}  # fmt: skip


def made() -> Store:
    store = Store()
    store.update(PREFIX + TOWN)
    return store


def named(store: Store) -> set[str]:
    return {str(each) for each in store if not isinstance(each.graph_name, DefaultGraph)}


def as_quads(statements: Statements) -> set[str]:
    return {
        str(Quad(each.subject, each.predicate, each.object, NamedNode(graph)))
        for graph, triples in statements.items()
        for each in triples
    }


def resolve(text: str, using: Using | None = None) -> tuple[set[str], set[str]]:
    """Give what is removed and added, checking that nothing was written to the store itself."""
    store = made()
    before = named(store)
    found = Resolver(store, made, using or Using()).resolve(text)
    assert named(store) == before
    return as_quads(found.removed), as_quads(found.added)


@pytest.mark.parametrize("text", UPDATES.values(), ids=UPDATES.keys())
def test_an_update_comes_to_what_the_engine_makes_of_it(text: str) -> None:
    """The engine's own update of a store of its own is the second opinion."""
    store = made()
    before = named(store)
    store.update(PREFIX + text)
    checked(PREFIX + text)
    removed, added = resolve(PREFIX + text)
    assert removed == before - named(store)
    assert added == named(store) - before


def test_a_prefix_may_stand_after_a_semicolon() -> None:
    """The grammar has a prologue before every operation; the engine alone refuses it."""
    text = "INSERT DATA { GRAPH <http://g> { <http://s> <http://p> 1 } } ; "
    text += "PREFIX x: <http://x/> INSERT DATA { GRAPH x:g { x:s x:p 2 } }"
    checked(text)
    assert len(resolve(text)[1]) == 2


def test_the_request_names_the_dataset_of_the_patterns() -> None:
    """`using-graph-uri` stands in USING's place; with USING in the text it is refused."""
    text = PREFIX + "INSERT { GRAPH e:k { ?s e:t ?o } } WHERE { ?s e:p ?o }"
    assert len(resolve(text, Using(("http://e/h",)))[1]) == 2
    with pytest.raises(Malformed):
        resolve(text.replace("WHERE", "USING e:g WHERE"), Using(("http://e/h",)))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "INSERT { GRAPH <http://g> { ?s ?p ?o } } WHERE { SERVICE <http://x/> { ?s ?p ?o } }",
        f"INSERT DATA {{ {'(' * 100} }}",
    ],
)
def test_what_is_no_update_or_reaches_out_is_refused(text: str) -> None:
    """Before anything is run."""
    with pytest.raises(QueryRefused):
        checked(text)


def test_a_malformed_update_is_told_by_line_and_column() -> None:
    """As a query is."""
    with pytest.raises(Malformed) as told:
        checked("INSERT DATA {\n ?s ?p }")
    assert told.value.line == 2
