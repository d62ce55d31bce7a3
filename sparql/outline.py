"""The outline of a query: its algebra by rdflib, as plain records; read in a process of its own.

Run as `python -m sparql.outline`: a text comes on standard input as JSON, the outline leaves by
standard output. rdflib reads by recursive descent and may be kept busy by a text, so the process
confines itself first and its parent ends it when the clock has run out.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rdflib.namespace import XSD
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.paths import Path as Route
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import BNode, Literal, URIRef, Variable

from graph.confine import confine
from ontology.errors import QueryRefused
from ontology.terms import shortened
from sparql.workers.faults import out_of_time

SECONDS = 5
MEMORY = 1 << 30
DEEP = 20_000  # frames of a recursive descent: the guard has counted the brackets before
TEXTUAL = {"CONTAINS", "REGEX", "STRSTARTS", "STRENDS", "LCASE", "UCASE", "SUBSTR", "REPLACE"}
PLAIN = {XSD.integer, XSD.decimal, XSD.double, XSD.boolean}  # written without their type
BLANK = re.compile(r"\?_N[0-9a-f]{32}\b")

Outline = dict[str, Any]


def outlined(text: str) -> Outline:
    """Give the outline of a text that the engine takes; raises QueryRefused where rdflib does not."""
    told = json.dumps({"text": text, "parent": os.getpid()})
    try:
        child = subprocess.run(
            [sys.executable, "-m", "sparql.outline"],
            input=told.encode(),
            capture_output=True,
            timeout=SECONDS * 2,
            check=False,
            cwd=Path(__file__).parent.parent,
        )
    except subprocess.TimeoutExpired:
        raise out_of_time(SECONDS) from None
    if child.returncode:
        raise _too_hard()
    answer: Outline = json.loads(child.stdout)
    if "fault" in answer:
        raise _too_hard()
    return answer


def _too_hard() -> QueryRefused:
    return QueryRefused(
        "The query is right, but has forms that are not explained here.",
        "查询本身无误，但其中的写法暂不支持解释。",
    )


def main() -> None:
    """Read the text, confine this process, outline it."""
    task = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is no answer
    confine(memory=MEMORY, seconds=SECONDS, parent=task["parent"])
    sys.setrecursionlimit(DEEP)
    try:
        answer = outline_of(task["text"])
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, NameError) as error:
        answer = {"fault": str(error)}
    used = resource.getrusage(resource.RUSAGE_SELF)
    json.dump({**answer, "seconds": used.ru_utime + used.ru_stime}, out, ensure_ascii=False)
    out.flush()


def outline_of(text: str) -> Outline:
    """Outline a query: its form, what it shows, and the tree of its pattern."""
    read = parseQuery(text)
    algebra = translateQuery(read).algebra
    form = algebra.name.removesuffix("Query").upper()
    named = said(read[1], "projection") is not None  # a star shows whatever there is
    if said(algebra, "p") is None:  # DESCRIBE <…>
        return {"form": form, "shown": [], "tree": {"kind": "join", "parts": []}}
    return {
        "form": form,
        "shown": sorted(map(str, said(algebra, "PV") or () if named else ())),
        "tree": numbered(node(algebra.p)),
    }


def numbered(tree: Outline) -> Outline:
    """Give blank nodes of the text short names, in the order in which they come."""
    names: dict[str, str] = {}
    text = BLANK.sub(
        lambda each: names.setdefault(each[0], f"?_{len(names) + 1}"), json.dumps(tree)
    )
    found: Outline = json.loads(text)
    return found


def node(part: CompValue) -> Outline:
    """Outline one part of the algebra."""
    made = NODES.get(part.name)
    if made is not None:
        return made(part)
    parts = [node(each) for each in below(part)]
    return parts[0] if len(parts) == 1 else {"kind": "join", "parts": parts}


def said(part: CompValue, name: str) -> Any:  # noqa: ANN401 - whatever stands there
    """Give what a part says under a name; its own `get` gives the name where there is nothing."""
    return dict.get(part, name)


def below(part: CompValue) -> Iterator[CompValue]:
    """Give the patterns that a part is made of."""
    for name in ("p", "p1", "p2"):
        if isinstance(said(part, name), CompValue):
            yield part[name]


def triples(part: CompValue) -> Outline:
    """Outline the patterns of a group."""
    return {"kind": "join", "parts": [pattern(*each) for each in part.triples]}


def pattern(subject: Any, verb: Any, object_: Any) -> Outline:  # noqa: ANN401 - rdflib's terms
    """Outline one pattern: its places as they are written, and what kind of path it follows."""
    written = [word(subject), route(verb), word(object_)]
    return {
        "kind": "pattern",
        "places": written,
        "iris": [
            str(each) if isinstance(each, URIRef) else "" for each in (subject, verb, object_)
        ],
        "path": isinstance(verb, Route),
        "endless": isinstance(verb, Route) and endless(verb),
    }


def word(term: Any) -> str:  # noqa: ANN401 - rdflib's terms
    """Write a term as a person would; a blank node of the text is a variable without a name."""
    if isinstance(term, Variable):
        return f"?{term}"
    if isinstance(term, BNode):
        return f"?_{term}"
    if isinstance(term, URIRef):
        name = shortened(str(term))
        return f"<{name}>" if name == str(term) else name
    if isinstance(term, Literal) and term.datatype in PLAIN:
        return str(term)
    return str(term.n3())


def route(verb: Any) -> str:  # noqa: ANN401 - rdflib's terms
    """Write a predicate or a path."""
    if not isinstance(verb, Route):
        return word(verb)
    if isinstance(verb, InvPath):
        return f"^{route(verb.arg)}"
    if isinstance(verb, MulPath):
        return f"({route(verb.path)}){verb.mod}"
    if isinstance(verb, NegatedPath):
        return "!(…)"
    assert isinstance(verb, SequencePath | AlternativePath)
    joint = "/" if isinstance(verb, SequencePath) else "|"
    return joint.join(map(route, verb.args))


def endless(verb: Route) -> bool:
    """Say whether a path may be walked on and on (`*`, `+`)."""
    if isinstance(verb, MulPath):
        return verb.mod in {"*", "+"}
    if isinstance(verb, SequencePath | AlternativePath):
        return any(endless(each) for each in verb.args if isinstance(each, Route))
    return isinstance(verb, InvPath) and isinstance(verb.arg, Route) and endless(verb.arg)


def optional(part: CompValue) -> Outline:
    """Outline what may be missing."""
    return {"kind": "optional", "left": node(part.p1), "right": node(part.p2), **test(part.expr)}


def union(part: CompValue) -> Outline:
    """Outline alternatives."""
    return {"kind": "union", "parts": [node(part.p1), node(part.p2)]}


def minus(part: CompValue) -> Outline:
    """Outline what is taken away."""
    return {"kind": "minus", "left": node(part.p1), "right": node(part.p2)}


def filtered(part: CompValue) -> Outline:
    """Outline a test of rows."""
    return {"kind": "filter", "below": node(part.p), **test(part.expr)}


def test(expression: Any) -> Outline:  # noqa: ANN401 - rdflib's expressions
    """Say what a test looks at: its variables, whether it reads text, which two it holds equal."""
    seen, read, textual = set[str](), set[str](), set[str]()
    equal, asks = list[list[str]](), list[Outline]()
    todo = [(expression, False)]
    while todo:
        at, is_text = todo.pop()
        if isinstance(at, Variable):
            seen.add(f"?{at}")
            read |= {f"?{at}"} if is_text else set()
        elif isinstance(at, CompValue):
            if "EXISTS" in at.name.upper():
                asks.append(node(at.graph))
                continue
            name = at.name.removeprefix("Builtin_").upper()
            textual |= {name} & TEXTUAL
            sides = (said(at, "expr"), said(at, "other"))
            if said(at, "op") == "=" and all(isinstance(each, Variable) for each in sides):
                equal.append(sorted(f"?{each}" for each in sides))
            inside = [value for key, value in at.items() if not str(key).startswith("_")]
            todo += [(each, is_text or name in TEXTUAL) for each in inside]
        elif isinstance(at, list):
            todo += [(each, is_text) for each in at]
    calls = {"names": sorted(read), "calls": sorted(textual)} if textual else None
    return {"tests": sorted(seen), "textual": calls, "equal": equal, "exists": asks}


def aggregated(part: CompValue) -> Outline:
    """Outline what is reckoned of each group."""
    names = sorted(f"?{each.res}" for each in part.A)
    return {"kind": "aggregate", "variables": names, "below": node(part.p)}


def bound(part: CompValue) -> Outline:
    """Outline a value that is reckoned for each row."""
    return {"kind": "bind", "below": node(part.p), "variable": f"?{part['var']}"}


def listed(part: CompValue) -> Outline:
    """Outline rows that stand in the text."""
    rows = part.res
    names = sorted({f"?{name}" for row in rows for name in row})
    return {"kind": "values", "variables": names, "rows": len(rows)}


def graph(part: CompValue) -> Outline:
    """Outline what is asked of a named graph."""
    return {"kind": "graph", "name": word(part.term), "below": node(part.p)}


def service(part: CompValue) -> Outline:
    """Outline what another endpoint is asked."""
    text = str(said(part, "service_string") or "")
    names = sorted({each for each in text.replace("(", " ").split() if each.startswith("?")})
    return {"kind": "service", "name": word(part.term), "variables": names}


def shown(part: CompValue) -> Outline:
    """Outline what a sub-select lets out."""
    names = sorted(f"?{each}" for each in part.PV)
    return {"kind": "shown", "variables": names, "below": node(part.p)}


def grouped(part: CompValue) -> Outline:
    """Outline a grouping."""
    return {"kind": "group", "below": node(part.p)}


def sorted_(part: CompValue) -> Outline:
    """Outline an order."""
    return {"kind": "order", "below": node(part.p)}


def distinct(part: CompValue) -> Outline:
    """Outline that equal rows count once."""
    return {"kind": "distinct", "below": node(part.p)}


def cut(part: CompValue) -> Outline:
    """Outline LIMIT and OFFSET."""
    length = said(part, "length")
    limit = None if length is None else int(length)
    return {"kind": "cut", "below": node(part.p), "offset": int(part.start or 0), "limit": limit}


NODES = {
    "BGP": triples,
    "LeftJoin": optional,
    "Union": union,
    "Minus": minus,
    "Filter": filtered,
    "Extend": bound,
    "values": listed,
    "Graph": graph,
    "ServiceGraphPattern": service,
    "Project": shown,
    "Group": grouped,
    "AggregateJoin": aggregated,
    "OrderBy": sorted_,
    "Distinct": distinct,
    "Reduced": distinct,
    "Slice": cut,
}


if __name__ == "__main__":
    main()
