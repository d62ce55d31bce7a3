"""Strangers' text is measured before it is parsed: too big or too deep is refused.

The engine parses by recursive descent and evaluates chains by recursion: measured on pyoxigraph
0.5.13 with a stack of 8 MB, 3,000 nested groups, 1,000 nested calls, 3,000 BINDs or 10,000
unions end the process (SIGSEGV). The limits below stand an order of magnitude under that. The text
is read once, from left to right, by one expression that knows comments, IRIs and strings as the
engine does; where the two could read differently (`?a<((…))>?b`), brackets inside what looks like
an IRI are counted too. `SERVICE` is refused here with a sentence, where it is not asked by our own
code first (`sparql.federating`); that it can reach nothing is kept by the child, which has no network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ontology.errors import QueryRefused
from ontology.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a stranger's query may be."""

    size: int = 64 * 1024  # bytes of UTF-8
    depth: int = 64  # brackets of any kind within one another
    chain: int = 512  # links (operators, unions, filters, `;` and `,` …) in one group


@dataclass(frozen=True, slots=True)
class Measured:
    """What was learnt about a text that passed."""

    form: str  # SELECT, ASK, CONSTRUCT, DESCRIBE, or "" where the parser will say what is wrong
    repeatable: bool  # False where RAND, NOW, UUID … give another answer each time
    dataset: bool = False  # whether the text names its dataset itself (FROM)
    services: bool = False  # whether it asks other endpoints (SERVICE)


class TooLarge(QueryRefused):
    """The text has more bytes than are read (HTTP 413)."""


class Malformed(QueryRefused):
    """The text is no SPARQL query; `line` and `column`, from 1, where that is known."""

    def __init__(
        self, en: str, zh: str, *, line: int | None = None, column: int | None = None
    ) -> None:
        """Keep the sentence and the place."""
        super().__init__(en, zh)
        self.line = line
        self.column = column


DEFAULT = Limits()

TOKEN = re.compile(
    r"""
    (?P<skip>    \s+ | \#[^\n\r]* )
  | (?P<string>  '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3} | "{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3}
               | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*" )
  | (?P<iri>     <[^<>"{}|^`\\\x00-\x20]*> )
  | (?P<variable>[?$]\w+ )
  | (?P<number>  \d+ )
  | (?P<prefixed>(?:[^\W\d][\w.-]{0,63})?:[\w.:%-]* )
  | (?P<word>    [^\W\d]\w* )
  | (?P<open>    [({\[] | <<\(? )
  | (?P<close>   [)}\]] | \)?>> )
  | (?P<link>    [-!+*/|&=<>^;,.]{1,2} )
    """,
    re.VERBOSE | re.DOTALL,
)
FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)
LINKS = frozenset(
    {"UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "EXISTS", "AS", "VALUES", "SELECT"}
)
CHANGING = frozenset({"RAND", "NOW", "UUID", "STRUUID", "BNODE"})


@dataclass(slots=True)
class _Reading:
    """Where the one pass over a text stands: open groups with their links, and words seen."""

    limits: Limits
    links: list[int] = field(default_factory=lambda: [0])
    lists: list[bool] = field(default_factory=lambda: [False])
    form: str = ""
    repeatable: bool = True
    dataset: bool = False
    services: bool = False

    def opened(self, bracket: str) -> None:
        """Enter a group. A group is a link of the one around it, but for rows and arguments."""
        if bracket == "{" or len(self.links) == 1:
            self.linked()
        self.links.append(0)
        self.lists.append(bracket == "(")
        if len(self.links) > self.limits.depth:
            raise _too_deep(self.limits)

    def closed(self) -> None:
        """Leave a group; what was never opened is left to the parser."""
        if len(self.links) > 1:
            self.links.pop()
            self.lists.pop()

    def linked(self, mark: str = "") -> None:
        """Count one more link in the group at hand; commas in a list of arguments are flat."""
        if mark == "," and self.lists[-1]:
            return
        self.links[-1] += 1
        if self.links[-1] > self.limits.chain:
            raise _too_long(self.limits)

    def word(self, text: str) -> None:
        """Take a keyword or the name of a function."""
        upper = text.upper()
        self.services |= upper == "SERVICE"
        if upper in LINKS:
            self.linked()
        if upper in CHANGING:
            self.repeatable = False
        if len(self.links) == 1:
            self.outermost(upper)

    def outermost(self, word: str) -> None:
        """Take a word outside all brackets: it may begin a query."""
        if word in FORMS:
            if self.form:
                raise _several()
            self.form = word
        elif word == "FROM":
            self.dataset = True
        elif not self.form and word in UPDATES:
            raise _is_update()


def measured(text: str, limits: Limits = DEFAULT, *, services: bool = False) -> Measured:
    """Read a stranger's text once; raises QueryRefused when it passes a limit, or has a SERVICE.

    `services` lets that pass, for who sees to it.
    """
    if len(text) > limits.size or len(text.encode("utf-8", "replace")) > limits.size:
        raise _too_large(limits)
    reading = _Reading(limits)
    at = 0
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            at += 1
            continue
        at = token.end()
        _take(reading, token.lastgroup or "", token[0])
    if reading.services and not services:
        raise _no_service()
    repeatable = reading.repeatable and not reading.services
    return Measured(reading.form, repeatable, reading.dataset, reading.services)


def _take(reading: _Reading, kind: str, text: str) -> None:
    match kind:
        case "open":
            reading.opened(text[0])
        case "close":
            reading.closed()
        case "link":
            reading.linked(text)
        case "word":
            reading.word(text)
        case "iri":
            _measure_inside(reading, text)


def _measure_inside(reading: _Reading, iri: str) -> None:
    """Count brackets and `!` in what looks like an IRI: the engine might read operators there."""
    depth = len(reading.links) + iri.count("(") + iri.count("[") + iri.count("!")
    if depth > reading.limits.depth:
        raise _too_deep(reading.limits)


def _too_large(limits: Limits) -> QueryRefused:
    return TooLarge(
        f"The query is larger than {limits.size:,} bytes.",
        f"查询文本超过 {limits.size:,} 字节。",
    )


def _too_deep(limits: Limits) -> QueryRefused:
    return QueryRefused(
        f"The query nests brackets more than {limits.depth} deep.",
        f"查询的括号嵌套超过 {limits.depth} 层。",
    )


def _too_long(limits: Limits) -> QueryRefused:
    return QueryRefused(
        f"The query strings more than {limits.chain} parts together in one group: "
        "use VALUES for long lists.",
        f"查询在同一组内串联了超过 {limits.chain} 个部分：长列表请用 VALUES。",
    )


def _no_service() -> QueryRefused:
    return QueryRefused(
        "SERVICE is not offered here: this endpoint answers from its own catalogue only.",
        "此处不支持 SERVICE:本端点只从自身目录作答。",
    )


def _several() -> QueryRefused:
    return Malformed(
        "There is more than one query in the text: send one at a time.",
        "文本中有多个查询：请一次只发送一个。",
    )


def _is_update() -> QueryRefused:
    return Malformed(
        "This is an update, not a query: this endpoint only answers questions.",
        "这是更新而不是查询：本端点只回答查询。",
    )


PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
SHOWN = 200
# Words of the grammar and its signs; classes of characters ([…]) and names of rules are none.
WANTED = re.compile(r'[A-Za-z][A-Za-z0-9]+|"[^"\\\s]{1,3}"')
EXPECTED = "expected "
UNOFFERED = frozenset(
    {"LATERAL", "SERVICE", '"{|"', '"~"'}
)  # the engine's own, or of no use as a hint
MOST_WANTED = 8
# Where these could stand anything of value could: to list them all tells nothing.
VALUES = frozenset({"ABS", "STRBEFORE", "STRSTARTS", "isLITERAL", "isNUMERIC"})
REASONS: Mapping[str, Sentence] = MappingProxyType(
    {
        "numbers of a derived type": (
            "some numbers here have a type derived from xsd:integer, beside which this is not offered.",
            "此处有由 xsd:integer 派生类型的数值，暂不能与这种写法一起查询。",
        ),
        "Prefix not found": (
            "the prefix is not declared: say above the query what it stands for.",
            "前缀未声明：请在查询之前用 PREFIX 说明它代表的地址。",
        ),
        "variable that is unbound": (
            "a variable that is shown is neither grouped by nor counted.",
            "输出的变量中，有的既未列入 GROUP BY，也未聚合。",
        ),
        "IRI parsing failed": (
            "what stands between < and > is no address (IRI), or no BASE makes it whole.",
            "< 与 > 之间不是合法的地址（IRI），或缺少 BASE。",
        ),
    }
)


def malformed(engine_says: str) -> Malformed:
    """Turn the engine's `error at LINE:COLUMN: expected …` into a sentence with its place."""
    found = PLACE.match(engine_says)
    if found is None:
        short = engine_says[:SHOWN]
        return Malformed(f"The query is malformed: {short}", f"查询语法有误：{short}")
    line, column, (en, zh) = int(found[1]), int(found[2]), _reason(found[3])
    return Malformed(
        f"The query is malformed at line {line}, column {column}: {en}",
        f"查询第 {line} 行第 {column} 列语法有误：{zh}",
        line=line,
        column=column,
    )


def _reason(said: str) -> Sentence:
    """Say what the engine's parser found, for people: its own names of signs help nobody."""
    known = next((words for key, words in REASONS.items() if key in said), None)
    if known is not None:
        return known
    line = said.split("\n", maxsplit=1)[0][:SHOWN]
    if not line.startswith(EXPECTED):
        return line, line
    parts = line.removeprefix(EXPECTED).removeprefix("one of ").split(", ")
    listed = [each for each in parts if WANTED.fullmatch(each) and each not in UNOFFERED]
    if not listed:
        return "something is missing here, or too much.", "此处有缺漏或多余的内容。"
    if VALUES.intersection(listed):
        return (
            "a value, a variable or a bracket is missing here or before, or something is too much.",
            "此处或此前缺少值、变量或括号，或有多余的内容。",
        )
    listed = [each.strip('"') or each for each in listed[:MOST_WANTED]]
    could = " ".join(listed)
    return f"it could go on with {could}", f"此处可接 {could}"
