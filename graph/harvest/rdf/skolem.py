"""Names for nodes without names: made from what they say, so that two loads give the same.

`{owner}#{property}-{hash}`: the property that leads to the node, and a hash of all it says. Two
blank nodes of one entry that say the same are one (they state the same thing once).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from graph.ledger.digest import short_digest

Triple = tuple[str, str, str]
_LOCAL = re.compile(r"[\w.-]+(?=>$)")


def content_of(node: str, triples: Iterable[Triple]) -> str:
    """Give a text that is the same for every blank node saying the same as `node`."""
    facts: dict[str, list[tuple[str, str]]] = {}
    for subject, predicate, value in triples:
        if subject[0] == "_":
            facts.setdefault(subject, []).append((predicate, value))
    return _content(node, facts, {}, 0)


def _content(
    node: str, facts: dict[str, list[tuple[str, str]]], known: dict[str, str], depth: int
) -> str:
    if node in known:
        return known[node]
    known[node] = "_:circle"
    parts = [
        f"{predicate} {_content(value, facts, known, depth + 1) if value[0] == '_' else value}"
        for predicate, value in facts.get(node, ())
        if depth < 100 or value[0] != "_"  # noqa: PLR2004 - deeper lists are told apart by position
    ]
    known[node] = short_digest("\n".join(sorted(parts)), length=32)
    return known[node]


def named(triples: list[Triple], owner: str, names: dict[str, str]) -> list[Triple]:
    """Give the triples of one entry with an IRI in place of every blank node.

    `owner` is the entry's IRI, `names` the blank nodes that are (in) entries of their own.
    """
    facts: dict[str, list[tuple[str, str]]] = {}
    reached: dict[str, str] = {}
    for subject, predicate, value in triples:
        if subject[0] == "_" and subject not in names:
            facts.setdefault(subject, []).append((predicate, value))
        if value[0] == "_" and value not in names:
            local = _LOCAL.search(predicate)
            word = local[0] if local else "node"
            reached[value] = min(word, reached.get(value, word))
    known = dict(names)
    local_names: dict[str, str] = {}
    joint = "-" if "#" in owner else "#"
    for node in (*facts, *reached):
        if node not in local_names:
            content = _content(node, facts, known, 0)
            word = reached.get(node, "node")
            local_names[node] = f"<{owner}{joint}{word}-{content[:10]}>"
    every = {**names, **local_names}
    return [
        (every[s] if s[0] == "_" else s, p, every[o] if o[0] == "_" else o) for s, p, o in triples
    ]
