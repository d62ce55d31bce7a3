"""`SELECT *` shows its variables in the order in which a reader meets them; the engine has them by the alphabet.

Which variables these are the engine says, of a store without a statement: that takes no time, and
is the same in every store. What is written then means the same: the star stands for those variables.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import QuerySolutions, Store

from sparql.exact.reading import Solutions
from sparql.plans.tokens import Token, tokens_of
from sparql.query import ask

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})


def met(text: str, base: str | None = None) -> str:
    """Write the variables in the star's place; the text as it is where it has none, or is not read."""
    if "*" not in text or (tokens := tokens_of(text)) is None:
        return text
    place = star(tokens)
    if place is None:
        return text
    try:
        found = ask(Store(), text, base=base)
    except (SyntaxError, ValueError, OSError):
        return text  # what is wrong with it is told of the text as it was sent
    if not isinstance(found, QuerySolutions | Solutions):
        return text
    shown = {each.value for each in found.variables}
    said = dict.fromkeys(each.said[1:] for each in tokens[place:] if each.kind == "variable")
    order = [f"?{name}" for name in said if name in shown]
    if not order or len(order) < len(shown):
        return text
    return text[: tokens[place].start] + " ".join(order) + text[tokens[place].end :]


def star(tokens: Sequence[Token]) -> int | None:
    """Give the place of the star that the query itself shows; None where it shows none."""
    words = (at for at, each in enumerate(tokens) if each.kind == "word" and each.said in FORMS)
    at = next(words, None)
    if at is None or tokens[at].said != "SELECT":
        return None
    rest = tokens[at + 1 : at + 3]
    if rest and rest[0].said in {"DISTINCT", "REDUCED"}:
        at, rest = at + 1, rest[1:]
    return at + 1 if rest and rest[0].said == "*" and rest[0].kind == "mark" else None
