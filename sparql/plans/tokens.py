"""A text as tokens, whole or not at all: what a plan rewrites it must have read as the engine does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 20_000  # characters of a text that is looked at
TOKEN = re.compile(
    r"""
    (?P<skip>     \s+ | \#[^\n\r]* )
  | (?P<string>   '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*+'{3} | "{3}(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3}
                | '(?!'')(?:[^'\\\n\r]|\\.)*+' | "(?!"")(?:[^"\\\n\r]|\\.)*+" )
  | (?P<iri>      <[A-Za-z][A-Za-z0-9+.\-]*+:[^<>"'{}|^`\\\x00-\x20]*+> )
  | (?P<variable> [?$][A-Za-z_][A-Za-z0-9_]*+ )
  | (?P<language> @[A-Za-z]++(?:-[A-Za-z0-9]++)*+ )
  | (?P<number>   [0-9]++(?:\.[0-9]++)?+(?![\w.]) )
  | (?P<name>     (?:[A-Za-z][A-Za-z0-9_\-]*+)?+:(?:[A-Za-z0-9_][A-Za-z0-9_\-]*+)?+(?![\w:%\\]|\.\w) )
  | (?P<word>     [A-Za-z][A-Za-z0-9_]*+ )
  | (?P<mark>     \^\^ | && | \|\| | != | <= | >= | [-+*/|^=<>!.;,(){}\[\]] )
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
OPERANDS = frozenset({"variable", "number", "string", "language", "iri", "name"})


@dataclass(frozen=True, slots=True)
class Token:
    """One token and where it stands. `said` is a word in capitals, else the text."""

    kind: str
    said: str
    start: int
    end: int


def tokens_of(text: str) -> list[Token] | None:
    """Read a text; None where anything in it is not surely read as the engine reads it.

    `?a <b:c> ?d` between brackets could be two comparisons, and `<` without them begins an IRI that
    is not read here: neither is read.
    """
    if len(text) > LONGEST:
        return None
    found: list[Token] = []
    at, deep = 0, 0
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            return None
        at, kind, said = token.end(), token.lastgroup or "", token[0]
        if kind == "skip":
            continue
        if kind == "iri" and deep and found and is_operand(found[-1]):
            return None
        if said[0] == "<" and kind == "mark" and not deep:
            return None
        deep += {"(": 1, ")": -1}.get(said, 0) if kind == "mark" else 0
        found.append(Token(kind, said.upper() if kind == "word" else said, token.start(), at))
    return found


def is_operand(token: Token) -> bool:
    """Say whether an operator could follow a token."""
    return token.kind in OPERANDS or token.said == ")"


def closing(tokens: Sequence[Token], opened: int) -> int | None:
    """Give the place of the bracket that closes the one at `opened`."""
    pair = {"{": "}", "(": ")"}[tokens[opened].said]
    deep = 0
    for place in range(opened, len(tokens)):
        if tokens[place].kind == "mark":
            deep += {tokens[opened].said: 1, pair: -1}.get(tokens[place].said, 0)
        if not deep:
            return place
    return None


def prologue_of(tokens: Sequence[Token]) -> tuple[dict[str, str], int] | None:
    """Read the prefixes; give them and the place of the word that begins the query.

    None where there is a BASE, and for a prefix that is said twice.
    """
    prefixes: dict[str, str] = {}
    at = 0
    if any(each.said == "BASE" and each.kind == "word" for each in tokens):
        return None
    while len(tokens) > at + 2 and tokens[at].said == "PREFIX":
        name, iri = tokens[at + 1], tokens[at + 2]
        if name.kind != "name" or not name.said.endswith(":") or iri.kind != "iri":
            return None
        if name.said in prefixes:
            return None
        prefixes[name.said] = iri.said[1:-1]
        at += 3
    return prefixes, at
