"""A SELECT around a group that columns can count: what it shows, groups, keeps, orders and cuts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sparql.plans.grammar import Group, Reader, Unread
from sparql.plans.tokens import Token, closing, prologue_of, tokens_of

OTHERS = frozenset(
    {"SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "EXISTS", "VALUES", "SELECT"}
    | {"RAND", "NOW", "UUID", "STRUUID", "BNODE"}
)
OWN = "_count"  # how the variables begin that stand for counts
DIGITS = 9  # of a LIMIT that is read


@dataclass(frozen=True, slots=True)
class Count:
    """One COUNT: of rows ("" for `*`), or of what a variable is bound to; of different ones."""

    of: str
    distinct: bool
    first: Token
    last: Token


@dataclass(frozen=True, slots=True)
class Order:
    """The first thing that rows are ordered by: a variable, and whether from above."""

    variable: str
    falling: bool


@dataclass(slots=True)
class Wish:
    """A SELECT that was read; `keys` is what its rows are grouped by, or what they show."""

    text: str
    prologue: str
    group: Group
    distinct: bool = False
    grouped: bool = False
    keys: tuple[str, ...] = ()
    shown: Sequence[Token] = ()
    having: Sequence[Token] = ()
    ordered: Sequence[Token] = ()
    counts: tuple[Count, ...] = ()
    counted: dict[str, int] = field(default_factory=dict)  # names of single counts
    plain: tuple[str, ...] = ()  # variables that are shown as they are
    order: Order | None = None
    limit: int | None = None
    offset: int = 0

    def spelled(self, tokens: Iterable[Token]) -> str:
        """Write tokens as they stand in the text, each count by its variable."""
        found, until, last = list[str](), -1, -1
        ends = {each.first.start: (n, each.last.end) for n, each in enumerate(self.counts)}
        for each in tokens:
            if each.start < until:
                continue
            found.append("" if each.start == last else " ")
            if each.start in ends:
                number, until = ends[each.start]
                found.append(f"?{OWN}{number}")
                last = until
            else:
                found.append(self.text[each.start : each.end])
                last = each.end
        return "".join(found)


def read(text: str) -> Wish | None:
    """Read a text; None where it is not in this part of SPARQL."""
    tokens = tokens_of(text)
    prologue = prologue_of(tokens) if tokens else None
    if tokens is None or prologue is None or OWN in text:
        return None
    prefixes, at = prologue
    try:
        reader = Reader(tokens, prefixes, at)
        reader.must("SELECT")
        return _read(text, reader)
    except Unread:
        return None


def _read(text: str, reader: Reader) -> Wish:
    tokens, began = reader.tokens, reader.at
    prologue = text[: tokens[began - 1].start]
    distinct = reader.has("DISTINCT")
    opened = next((n for n in range(began, len(tokens)) if tokens[n].said == "{"), len(tokens))
    shown = tokens[reader.at : opened]
    reader.at = opened
    wish = Wish(text, prologue, reader.group(), distinct)
    wish.shown = shown[:-1] if shown and shown[-1].said == "WHERE" else shown
    keys = grouping(reader)
    _read_tail(wish, reader)
    wish.counts = tuple(counts_in([*wish.shown, *wish.having, *wish.ordered]))
    wish.grouped = keys is not None or bool(wish.counts)
    _settle(wish, keys)
    return wish


def grouping(reader: Reader) -> tuple[str, ...] | None:
    """Take GROUP BY with its variables; None where there is none."""
    if not reader.has("GROUP"):
        return None
    reader.must("BY")
    found = [reader.variable()]
    while reader.token.kind == "variable":
        found.append(reader.variable())
    return tuple(dict.fromkeys(found))


def _read_tail(wish: Wish, reader: Reader) -> None:
    """Take HAVING, ORDER BY, LIMIT and OFFSET, and nothing else."""
    if reader.has("HAVING"):
        wish.having = bracketed(reader)
    if reader.has("ORDER", "BY"):
        wish.ordered = until_cut(reader)
    while reader.token.kind != "end":
        if reader.has("LIMIT") and wish.limit is None:
            wish.limit = number(reader)
        elif reader.has("OFFSET") and not wish.offset:
            wish.offset = number(reader)
        else:
            raise Unread


def bracketed(reader: Reader) -> Sequence[Token]:
    """Take what stands in brackets, with them."""
    first = reader.at
    last = closing(reader.tokens, first) if reader.token.said == "(" else None
    if last is None:
        raise Unread
    reader.at = last + 1
    return reader.tokens[first : last + 1]


def until_cut(reader: Reader) -> Sequence[Token]:
    """Take what rows are ordered by."""
    first = reader.at
    while reader.token.kind != "end" and reader.token.said not in {"LIMIT", "OFFSET"}:
        reader.next()
    if reader.at == first:
        raise Unread
    return reader.tokens[first : reader.at]


def number(reader: Reader) -> int:
    """Take a whole number."""
    found = reader.next()
    if found.kind != "number" or not found.said.isdecimal() or len(found.said) > DIGITS:
        raise Unread
    return int(found.said)


def counts_in(tokens: Sequence[Token]) -> Iterator[Count]:
    """Give every COUNT among tokens; raises Unread for another aggregate."""
    for place, token in enumerate(tokens):
        if token.kind != "word":
            continue
        if token.said in OTHERS:
            raise Unread
        if token.said == "COUNT":
            bracket = place + 1
            is_open = bracket < len(tokens) and tokens[bracket].said == "("
            last = closing(tokens, bracket) if is_open else None
            if last is None:
                raise Unread
            yield count_of(tokens[bracket + 1 : last], token, tokens[last])


def count_of(inside: Sequence[Token], first: Token, last: Token) -> Count:
    """Read what a COUNT counts."""
    said = [each.said for each in inside]
    if said == ["*"]:
        return Count("", distinct=False, first=first, last=last)
    distinct = said[:1] == ["DISTINCT"]
    named = inside[int(distinct) :]
    if len(named) != 1 or named[0].kind != "variable":
        raise Unread
    return Count(named[0].said[1:], distinct, first, last)


# What of it holds together -------------------------------------------------------------------------


def _settle(wish: Wish, keys: tuple[str, ...] | None) -> None:
    """See that every variable means the same over groups; raises Unread."""
    known = set(keys or ()) if wish.grouped else set(wish.group.variables)
    if not known <= wish.group.variables:
        raise Unread
    if not {each.of for each in wish.counts} - {""} <= wish.group.variables:
        raise Unread
    free = named(wish, wish.having)
    plain: list[str] = []
    used = set[str]()
    for item in items(wish.shown):
        inside = named(wish, item if len(item) == 1 else item[:-3])
        if not inside <= known | set(wish.counted) | used:
            raise Unread
        _note(wish, item, plain, used)
    ordering = named(wish, wish.ordered)
    if not free <= known or not ordering <= known | used:
        raise Unread
    if wish.distinct and (wish.grouped or not ordering <= set(plain)):
        raise Unread
    if wish.having and not wish.grouped:
        raise Unread
    wish.plain = tuple(dict.fromkeys(plain))
    wish.keys = keys or () if wish.grouped else wish.plain + tuple(ordering - set(plain) - used)
    wish.order = order_of(wish)


def _note(wish: Wish, item: Sequence[Token], plain: list[str], used: set[str]) -> None:
    """Note what an item shows: a variable as it is, or something under a new name."""
    if len(item) == 1:
        plain.append(item[0].said[1:])
        return
    name = item[-2].said[1:]
    if name in used or name in wish.group.variables or not wish.grouped:
        raise Unread
    used.add(name)
    for place, count in enumerate(wish.counts):
        if count.first is item[1] and count.last is item[-4]:
            wish.counted[name] = place


def items(shown: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Part what is shown: variables, and expressions in brackets that end in `AS ?name)`."""
    at = 0
    if not shown:
        raise Unread
    while at < len(shown):
        if shown[at].kind == "variable":
            yield shown[at : at + 1]
            at += 1
            continue
        last = closing(shown, at) if shown[at].said == "(" else None
        if last is None or last < at + 4 or shown[last - 2].said != "AS":
            raise Unread
        if shown[last - 1].kind != "variable":
            raise Unread
        yield shown[at : last + 1]
        at = last + 1


def named(wish: Wish, tokens: Sequence[Token]) -> set[str]:
    """Give the variables among tokens that stand outside counts."""
    spans = [(each.first.start, each.last.end) for each in wish.counts]
    return {
        each.said[1:]
        for each in tokens
        if each.kind == "variable" and not any(start <= each.start < end for start, end in spans)
    }


def order_of(wish: Wish) -> Order | None:
    """Read the first thing that rows are ordered by; None where it is more than a variable."""
    said = [each.said for each in wish.ordered]
    falling = said[:1] == ["DESC"]
    if falling or said[:1] == ["ASC"]:
        said = said[2:3] if said[1:2] == ["("] and said[3:4] == [")"] else []
    if not said or said[0][:1] not in {"?", "$"}:
        return None
    after = wish.ordered[4:5] if falling or wish.ordered[0].said == "ASC" else wish.ordered[1:2]
    if after and after[0].kind == "mark" and after[0].said != "(":
        return None
    return Order(said[0][1:], falling)
