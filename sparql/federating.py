"""SERVICE without the engine: what stands in it is asked elsewhere by us, and joined as rows.

https://www.w3.org/TR/sparql11-federated-query/ §4: a SERVICE is a multiset of solutions, joined
where it stands. So each is asked first (`sparql.remote`), and VALUES with its solutions takes its
place in the text, which is then like any other: in OPTIONAL, UNION or EXISTS the engine does with
it what the standard says. SILENT that failed is one empty solution.

What stands before it in its group, as far as that is plain patterns and VALUES, is asked first of
the caller's own view, and its few rows are sent along: solutions that could not be joined anyway
are not asked for. That never changes the answer, as each row goes along once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ontology.errors import QueryRefused, Upstream
from sparql.guard import FORMS, Malformed
from sparql.remote import Term, Told
from sparql.updating import Token, tokens

MOST = 5  # services of one query
SENT = 500  # rows that are sent along
PLAIN = {"iri", "prefixed", "variable", "string", "number", "link", "other"}
WORDS = {"A", "TRUE", "FALSE"}


@dataclass(frozen=True, slots=True)
class Service:
    """One SERVICE of a text: where it stands, whom it asks, what, and what stands before it."""

    start: int
    end: int
    endpoint: str
    silent: bool
    body: str
    variables: tuple[str, ...]
    before: str = ""
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Federated:
    """A text that the engine can answer by itself, and how each endpoint was heard."""

    text: str
    heard: tuple[str, ...]


# Asks an endpoint, and asks the caller's own view for the rows of a text (None: too many).
Ask = Callable[[str, str], Told]
Rows = Callable[[str], list[dict[str, Term]] | None]


def federated(text: str, ask: Ask, rows: Rows, *, own_dataset: bool) -> Federated:
    """Ask every SERVICE of a text and put its solutions in its place; raises QueryRefused, Upstream.

    A text that names its dataset itself sends nothing along: what it sees is not known here.
    """
    found = services(text)
    head = prologue(text)
    parts, heard, at = list[str](), list[str](), 0
    for service in found:
        told = heard_from(service, head, ask, rows if not own_dataset else lambda _: None)
        heard.append(summary(service, told))
        parts += [text[at : service.start], values(service, told)]
        at = service.end
    return Federated("".join([*parts, text[at:]]), tuple(heard))


def heard_from(service: Service, head: str, ask: Ask, rows: Rows) -> Told | None:
    """Ask one; None where it failed and that shall be passed over."""
    known = rows(local(service, head)) if service.shared else None
    if known == []:
        return Told(service.variables)
    try:
        return ask(service.endpoint, remote(service, head, known or ()))
    except Upstream:
        if not service.silent:
            raise
        return None


def summary(service: Service, told: Told | None) -> str:
    """Say how an endpoint was heard, for a header."""
    if told is None:
        return f"{service.endpoint} failed"
    return f"{service.endpoint} rows={len(told.rows) if service.variables else int(told.truth)}"


# Texts -----------------------------------------------------------------------------------------


def local(service: Service, head: str) -> str:
    """Write what is asked of the own view: the terms of what stands before, each row once."""
    shown = " ".join(f"?{name}" for name in service.shared)
    return f"{head} SELECT DISTINCT {shown} WHERE {{ {service.before}\n}} LIMIT {SENT + 1}"


def remote(service: Service, head: str, known: Sequence[dict[str, Term]]) -> str:
    """Write what is asked elsewhere, with the rows that are known already."""
    if not service.variables:
        return f"{head} ASK {{ {service.body}\n}}"
    rows = listed(service.shared, known) if known else ""
    return f"{head} SELECT * WHERE {{ {{ {service.body}\n}} {rows} }}"


def values(service: Service, told: Told | None) -> str:
    """Write the solutions in the place of what was asked."""
    if told is None or (not service.variables and told.truth):
        return " VALUES () { () } "
    if not service.variables:
        return " VALUES () {} "
    return f" {listed(service.variables, told.rows)} "


def listed(names: Sequence[str], rows: Sequence[dict[str, Term]]) -> str:
    """Write rows as VALUES; terms are written by the engine's own rule, so they can be no more."""
    heads = " ".join(f"?{name}" for name in names)
    lines = (
        "(" + " ".join(str(row[name]) if name in row else "UNDEF" for name in names) + ")"
        for row in rows
    )
    return f"VALUES ({heads}) {{ {' '.join(lines)} }}"


def prologue(text: str) -> str:
    """Give what stands before the query's form: its prefixes."""
    start = next((each.start for each in tokens(text) if each.word in FORMS), 0)
    return text[:start] + "\n"


def blanked(text: str) -> str:
    """Give a text in which every SERVICE is an ordinary group, each letter at its place."""
    read, made = tokens(text), text
    for at, each in enumerate(read):
        if each.word == "SERVICE":
            end = next((one.start for one in read[at:] if one.text == "{"), each.end)
            made = made[: each.start] + " " * (end - each.start) + made[end:]
    return made


# Reading ---------------------------------------------------------------------------------------


def services(text: str) -> list[Service]:
    """Find every SERVICE of a text, in order."""
    read = tokens(text)
    prefixes = dict(declared(read))
    found, at = list[Service](), 0
    while at < len(read):
        if read[at].word == "SERVICE":
            service, at = one(text, read, at, prefixes)
            found.append(service)
            continue
        at += 1
    if len(found) > MOST:
        raise QueryRefused(
            f"A query may ask {MOST} services at most.", f"一次查询最多可包含 {MOST} 个 SERVICE。"
        )
    return found


def one(text: str, read: list[Token], at: int, prefixes: dict[str, str]) -> tuple[Service, int]:
    """Read one SERVICE; give it and the place after it."""
    silent = at + 1 < len(read) and read[at + 1].word == "SILENT"
    name = at + 1 + silent
    if name + 1 >= len(read) or read[name + 1].text != "{":
        raise _unreadable()
    end = closing(read, name + 1)
    inside = read[name + 2 : end]
    if any(each.word == "SERVICE" for each in inside):
        raise QueryRefused(
            "A SERVICE cannot stand within another one.", "SERVICE 之内不能再有 SERVICE。"
        )
    names = mentioned(inside)
    before = beginning(text, read, at)
    shared = tuple(each for each in names if each in mentioned(tokens(before)))
    body = text[read[name + 1].end : read[end].start]
    endpoint = named(read[name], prefixes)
    start, stop = read[at].start, read[end].end
    return Service(start, stop, endpoint, silent, body, names, before, shared), end + 1


def named(token: Token, prefixes: dict[str, str]) -> str:
    """Give the IRI of an endpoint; raises QueryRefused for a variable."""
    if token.kind == "variable":
        raise QueryRefused(
            f"SERVICE {token.text}: name the endpoint itself; one that a variable stands for is not asked.",
            f"SERVICE {token.text}：请直接写明端点，不支持以变量指定端点。",
        )
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _colon, local_ = token.text.partition(":")
    if token.kind != "prefixed" or prefix not in prefixes:
        raise _unreadable()
    return prefixes[prefix] + local_


def declared(read: list[Token]) -> Iterator[tuple[str, str]]:
    """Give the prefixes that a text declares."""
    for at, each in enumerate(read[:-2]):
        if each.word == "PREFIX" and read[at + 2].kind == "iri":
            yield read[at + 1].text.rstrip(":"), read[at + 2].text[1:-1]


def closing(read: list[Token], at: int) -> int:
    """Give the place of the brace that closes the one at a place."""
    depth = 0
    for place in range(at, len(read)):
        depth += {"open": 1, "close": -1}.get(read[place].kind, 0)
        if depth == 0:
            return place
    raise _unreadable()


def mentioned(read: Sequence[Token]) -> tuple[str, ...]:
    """Give the variables of some tokens, each once."""
    return tuple(dict.fromkeys(each.text[1:] for each in read if each.kind == "variable"))


def beginning(text: str, read: list[Token], at: int) -> str:
    """Give the plain patterns that stand before a SERVICE in the outermost group; "" for none.

    A SERVICE that is the first of an OPTIONAL of that group hangs on what stands before the OPTIONAL.
    """
    opened = [place for place in range(at) if read[place].kind == "open"]
    around = [place for place in opened if closing(read, place) > at]
    if len(around) == 2 and around[1] == at - 1 and read[at - 2].word == "OPTIONAL":  # noqa: PLR2004
        around, at = around[:1], at - 2
    if len(around) != 1 or read[around[0]].text != "{":
        return ""
    first = around[0] + 1
    last = plain_until(read, first, at)
    return text[read[first].start : read[last - 1].end] if last > first else ""


def plain_until(read: list[Token], first: int, end: int) -> int:
    """Give how far plain patterns and VALUES go; `first` where they end in the middle of one."""
    at = first
    while at < end:
        token = read[at]
        if token.word == "VALUES":
            brace = next(place for place in range(at, len(read)) if read[place].text == "{")
            at = closing(read, brace) + 1
        elif token.kind in PLAIN or token.word in WORDS or is_language(read, at):
            at += 1
        else:
            return first if token.text in {"(", "["} else at
    return at


def is_language(read: list[Token], at: int) -> bool:
    """Say whether a word is the language of a text before it."""
    return at > 0 and read[at - 1].text == "@"


def _unreadable() -> Malformed:
    return Malformed("A SERVICE in the query is not whole.", "查询中的 SERVICE 不完整。")
