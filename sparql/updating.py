"""What an update does, resolved into statements that go and come before anything is written down.

SPARQL 1.1 Update §3–4: operation by operation, each seeing what the one before it left. A template
is asked as a CONSTRUCT of the same pattern, graph by graph, so the engine's own evaluation says
what it stands for; nothing is ever changed but a scratch copy, and that only where an operation
follows another. Files and other servers (LOAD, SERVICE) are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from graph.views.exact import HERE, exact_store
from graph.views.stores import add, remove
from ontology.errors import QueryRefused
from sparql.exact.reading import Result, Solutions, Triples, data_rewritten, names_any
from sparql.guard import DEFAULT, TOKEN, Limits, Malformed, malformed, measured
from sparql.query import Graphs, ask

Statements = dict[str, set[Triple]]  # by named graph; "" is the default graph
Asking = Callable[[str], Result]
OPENING = {"DELETE", "INSERT", "WHERE", "USING", "WITH", "NAMED", "DATA"}
GRAPHS = re.compile(r"(CLEAR|DROP|CREATE|ADD|COPY|MOVE)$")
MOST = 200_000  # statements of one update


@dataclass(frozen=True, slots=True)
class Token:
    """A word, bracket or name of an update, with its place in the text."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """The keyword in capitals, "" for anything else."""
        return self.text.upper() if self.kind == "word" else ""


@dataclass(frozen=True, slots=True)
class Using:
    """The dataset that a request names for the patterns of its update (Protocol §2.2.3)."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


@dataclass(slots=True)
class Difference:
    """What goes and what comes, by named graph, against the state that was begun from."""

    added: Statements = field(default_factory=dict)
    removed: Statements = field(default_factory=dict)

    def note(self, graph: str, triple: Triple, *, came: bool) -> None:
        """Write down that a statement came or went; what went and came again did neither."""
        here, there = (self.added, self.removed) if came else (self.removed, self.added)
        if triple in there.get(graph, ()):
            there[graph].discard(triple)
        else:
            here.setdefault(graph, set()).add(triple)
        if len(here.get(graph, ())) > MOST:
            raise QueryRefused(
                f"An update may move {MOST:,} statements of a graph at once: load a file instead.",
                f"一次更新每个图最多变动 {MOST:,} 条语句：更多时请以文件装载。",
            )


def tokens(text: str) -> list[Token]:
    """Cut an update into what counts."""
    found, at = [], 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            at += 1
            found.append(Token("other", text[at - 1], at - 1, at))
            continue
        kind = match.lastgroup or ""
        at = match.start() + 1 if kind == "link" else match.end()
        if kind != "skip":
            found.append(Token(kind, text[match.start() : at], match.start(), at))
    return found


def checked(text: str, limits: Limits = DEFAULT) -> None:
    """Refuse what is no update, or may not be one here; Malformed has its line and column."""
    read = tokens(text)
    words = [each.word for each in outermost(read)]
    if "LOAD" in words:
        raise QueryRefused(
            "LOAD is not offered here: fetch the file and send it to /store.",
            "此处不支持 LOAD：请先取得文件，再以 /store 写入。",
        )
    if not any(word in OPENING or GRAPHS.match(word) for word in words):
        if any(word in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"} for word in words):
            raise Malformed(
                "This is a query, not an update: send it as query=….",
                "这是查询而不是更新：请以 query=… 提交。",
            )
    else:
        measured("ASK {} " + text, limits)  # the limits alone: what it is was said above
    fault = fault_of(text)
    if fault and not stands_in_parts(text):
        raise malformed(fault)


def fault_of(text: str) -> str:
    """Give what the engine says against a text, "" for nothing."""
    try:
        Store().update(text)
    except SyntaxError as error:
        return str(error)
    except (OSError, RuntimeError, ValueError):
        return ""  # an empty store has no graph to clear
    return ""


def stands_in_parts(text: str) -> bool:
    """Say whether each operation is right by itself: the engine knows no PREFIX after a `;`."""
    parts = [(prologue, read) for prologue, read in operations(text)]
    alone = [f"{prologue} {text[read[0].start : read[-1].end]}" for prologue, read in parts]
    return len(alone) > 1 and not any(map(fault_of, alone))


def outermost(read: list[Token]) -> Iterator[Token]:
    """Give the tokens that stand outside all brackets."""
    depth = 0
    for each in read:
        if each.kind == "close":
            depth -= 1
        elif depth == 0 and each.kind != "open":
            yield each
        if each.kind == "open":
            depth += 1


def operations(text: str) -> Iterator[tuple[str, list[Token]]]:
    """Give each operation with all the prefixes said before it."""
    prologue, part, depth = "", list[Token](), 0
    for each in [*tokens(text), Token("link", ";", len(text), len(text))]:
        depth += {"open": 1, "close": -1}.get(each.kind, 0)
        if each.text != ";" or depth:
            part.append(each)
            continue
        start = next((n for n, t in enumerate(part) if is_begun(part, n, t)), len(part))
        if start:
            end = part[start].start if start < len(part) else each.start
            prologue += text[part[0].start : end] + " "
        if part[start:]:
            yield prologue, part[start:]
        part = []


def is_begun(part: list[Token], at: int, token: Token) -> bool:
    """Say whether an operation begins here: past PREFIX and BASE."""
    known = token.word in OPENING or GRAPHS.match(token.word) is not None
    return bool(token.word) and known and (at == 0 or part[at - 1].word != "PREFIX")


def in_braces(text: str) -> str:
    """Give a part of a person's own text as a group; a comment at its end ends there."""
    return f"{{ {text}\n}}"


def braced(read: Sequence[Token], at: int) -> tuple[Token, ...]:
    """Give the tokens within the first braces at or after a place."""
    start = next(n for n in range(at, len(read)) if read[n].text == "{")
    depth = 0
    for n in range(start, len(read)):
        depth += {"open": 1, "close": -1}.get(read[n].kind, 0)
        if depth == 0:
            return tuple(read[start + 1 : n])
    return ()


@dataclass(slots=True)
class Resolver:
    """Resolves an update against a store: a snapshot, or a copy where operations build on others.

    `scratch` gives a copy that may be written to. `own` is the graph that stands for the default
    one where that is no merge.
    """

    store: Store
    scratch: Callable[[], Store]
    using: Using = Using()
    own: str = ""
    difference: Difference = field(default_factory=Difference)
    written: bool = False

    def node(self, graph: str) -> NamedNode | DefaultGraph:
        """Give where the statements of a graph stand; "" is the default graph."""
        name = graph or self.own
        return NamedNode(name) if name else DefaultGraph()

    def resolve(self, text: str) -> Difference:
        """Give what the whole update comes to."""
        parts = list(operations(text))
        for number, (prologue, read) in enumerate(parts):
            if number + 1 < len(parts) and not self.written:
                self.store, self.written = self.scratch(), True
            Operation(self, prologue, text, read).run()
        return self.difference

    def effect(self, gone: list[Quad], come: list[Quad]) -> None:
        """Take out, then put in (§4.1.2: all that goes goes first)."""
        for quad in dict.fromkeys(gone):
            self._move(quad, came=False)
        for quad in dict.fromkeys(come):
            self._move(quad, came=True)

    def _move(self, quad: Quad, *, came: bool) -> None:
        graph = quad.graph_name
        name = graph.value if isinstance(graph, NamedNode) else ""
        known = name in self.difference.added and quad.triple in self.difference.added[name]
        if not self.written and not known:
            known = quad in self.store
            known = known and quad.triple not in self.difference.removed.get(name, ())
        elif self.written:
            known = quad in self.store
        if known is came:
            return
        self.difference.note(name, quad.triple, came=came)
        if self.written and isinstance(graph, NamedNode):
            (add if came else remove)(self.store, [quad.triple], graph)


@dataclass(slots=True)
class Operation:
    """One operation of an update."""

    resolver: Resolver
    prologue: str
    text: str
    read: list[Token]

    def run(self) -> None:
        """Do it to the resolver's state."""
        words = [each.word for each in self.read[:2]]
        if GRAPHS.match(words[0]):
            self._whole_graphs(words[0])
        elif words[1:] == ["DATA"]:
            self._data(words[0])
        elif words == ["DELETE", "WHERE"]:
            body = braced(self.read, 1)
            self._modify(body, (), body, self.resolver.using, None)
        else:
            self._pattern()

    def _data(self, word: str) -> None:
        body = self.text[self.read[2].start : self.read[-1].end]
        text, exact = f"{self.prologue} INSERT DATA {body}", exact_store(Store(), HERE)
        store = exact if names_any(text) else Store()
        store.update(data_rewritten(text, HERE) if names_any(text) else text)
        found = store.quads_for_pattern(None, None, None, None)
        quads = [self._placed(each) for each in found]
        if word == "INSERT":
            self.resolver.effect([], quads)
        else:
            self.resolver.effect(quads, [])

    def _placed(self, quad: Quad) -> Quad:
        named = isinstance(quad.graph_name, NamedNode)
        return (
            quad
            if named
            else Quad(quad.subject, quad.predicate, quad.object, self.resolver.node(""))
        )

    def _pattern(self) -> None:
        """Read [WITH] [DELETE {}] [INSERT {}] [USING …] WHERE {}."""
        bodies: dict[str, tuple[Token, ...]] = {}
        default, named, given, depth = list[str](), list[str](), "", 0
        for at, each in enumerate(self.read):
            if depth == 0 and each.word in {"DELETE", "INSERT", "WHERE"}:
                bodies[each.word] = braced(self.read, at)
            elif depth == 0 and each.word == "WITH":
                given = self.iri(self.read[at + 1])
            elif depth == 0 and each.word == "USING":
                is_named = self.read[at + 1].word == "NAMED"
                (named if is_named else default).append(self.iri(self.read[at + 1 + is_named]))
            depth += {"open": 1, "close": -1}.get(each.kind, 0)
        said = Using(tuple(default), tuple(named))
        if self.resolver.using != Using() and (said != Using() or given):
            raise Malformed(
                "USING and WITH cannot stand in an update whose request names its graphs.",
                "请求参数已指定数据集时，更新文本中不能再写 USING 或 WITH。",
            )
        using = self.resolver.using if said == Using() else said
        gone, come = bodies.get("DELETE", ()), bodies.get("INSERT", ())
        self._modify(gone, come, bodies["WHERE"], using, given or None)

    def iri(self, token: Token) -> str:
        """Give the IRI that a name stands for."""
        text = f"{self.prologue} SELECT ({token.text} AS ?name) {in_braces('')}"
        found = ask(self.resolver.store, text)
        assert isinstance(found, QuerySolutions | Solutions)
        node = next(found)[0]
        assert isinstance(node, NamedNode)
        return node.value

    def _modify(
        self,
        gone: tuple[Token, ...],
        come: tuple[Token, ...],
        where: tuple[Token, ...],
        using: Using,
        given: str | None,
    ) -> None:
        asked = Asked(self, self._slice(where), using, given)
        removed = [quad for block in self._blocks(gone) for quad in asked.quads(*block)]
        added = [quad for block in self._blocks(come) for quad in asked.quads(*block)]
        self.resolver.effect(removed, added)

    def _slice(self, read: tuple[Token, ...]) -> str:
        return self.text[read[0].start : read[-1].end] if read else ""

    def _blocks(self, read: tuple[Token, ...]) -> Iterator[tuple[Token | None, str]]:
        """Part a template into what stands in each graph: (name, triples)."""
        plain: list[Token] = []
        at = 0
        while at < len(read):
            if read[at].word != "GRAPH":
                plain.append(read[at])
                at += 1
                continue
            yield from self._plain(plain)
            inner = braced(read, at)
            yield read[at + 1], self._slice(inner)
            at += len(inner) + 4
            at += at < len(read) and read[at].text == "."
            plain = []
        yield from self._plain(plain)

    def _plain(self, read: list[Token]) -> Iterator[tuple[Token | None, str]]:
        if read:
            yield None, self._slice(tuple(read))

    def _whole_graphs(self, word: str) -> None:
        rest = [each for each in self.read[1:] if each.word not in {"SILENT", "GRAPH"}]
        if word == "CREATE":
            return  # a graph is there when something stands in it
        if word in {"CLEAR", "DROP"}:
            self.resolver.effect(self._all_of(self._named(rest[0])), [])
            return
        source, target = (self._named(each) for each in rest if each.word != "TO")
        if source == target:
            return
        moved = self._all_of(source)
        node = self.resolver.node(target)
        put = [Quad(q.subject, q.predicate, q.object, node) for q in moved]
        gone = [] if word == "ADD" else self._all_of(target)
        self.resolver.effect([*gone, *(moved if word == "MOVE" else ())], put)

    def _named(self, token: Token) -> str:
        if token.word == "DEFAULT":
            return ""
        if token.word in {"ALL", "NAMED"}:
            raise QueryRefused(
                "Name the one graph that is meant: all of them at once cannot be cleared here.",
                "请指明要清空的图：此处不能一次清空所有图。",
            )
        return self.iri(token)

    def _all_of(self, graph: str) -> list[Quad]:
        node = self.resolver.node(graph)
        found = self.resolver.store.quads_for_pattern(None, None, None, node)
        return list(found)


@dataclass(slots=True)
class Asked:
    """The pattern of one operation, asked on its dataset for whatever a template makes of it."""

    operation: Operation
    where: str
    using: Using
    given: str | None

    def quads(self, graph: Token | None, triples: str) -> Iterator[Quad]:
        """Give what the triples of a template stand for, in the graph they are written to."""
        if graph is None:
            yield from self._in(self.operation.resolver.node(self.given or ""), triples, "")
        elif graph.kind == "variable":
            for node in self._values(graph.text):
                yield from self._in(node, triples, f"VALUES {graph.text} {in_braces(str(node))}")
        else:
            yield from self._in(NamedNode(self.operation.iri(graph)), triples, "")

    def _in(self, node: NamedNode | DefaultGraph, triples: str, rows: str) -> Iterator[Quad]:
        text = f"CONSTRUCT {in_braces(triples)} WHERE {in_braces(self.where)} {rows}"
        found = self._asked(text)
        assert isinstance(found, QueryTriples | Triples)
        for each in found:
            yield Quad(each.subject, each.predicate, each.object, node)

    def _values(self, variable: str) -> list[NamedNode]:
        text = f"SELECT DISTINCT {variable} {in_braces(self.where)}"
        found = self._asked(text)
        assert isinstance(found, QuerySolutions | Solutions)
        return [each[0] for each in found if isinstance(each[0], NamedNode)]

    def _asked(self, text: str) -> Result:
        store = self.operation.resolver.store
        whole = f"{self.operation.prologue} {text}"
        if self.using != Using():
            return ask(store, whole, graphs=Graphs(self.using.default, self.using.named))
        own = Graphs(own=self.operation.resolver.own)
        return ask(store, whole, graphs=own, beside=self.given)
