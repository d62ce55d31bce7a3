"""A CONSTRUCT that gives the statements of one pattern as they are is read off the index.

The engine remembers every triple that it has given, so as to give none twice: the child grows by
some 400 bytes for each. Where the template is the pattern itself (`CONSTRUCT WHERE { ?s ?p ?o }`,
`CONSTRUCT { ?s dct:title ?t } WHERE { ?s dct:title ?t }`) the index gives each statement once, and
nothing has to be remembered; LIMIT and OFFSET pass over statements of no order, as the engine's do.
The text is read by the grammar of look-ups, to its last sign or not
at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from pyoxigraph import Store, Triple

from sparql import lookups
from sparql.lookups import LONGEST, MERGE, NAME, PREFIX, PREFIXES, VARIABLE, NotSmall, Walk

THING: Final = rf"(?:{lookups.IRI}|{NAME}|{lookups.BOUND})"
ONE: Final = (
    r"\{{\s*(?P<s{0}>{thing})\s+(?P<p{0}>a(?=\s)|{thing})\s+(?P<o{0}>{thing})\s*(?:\.\s*)?\}}\s*"
)
COPY = re.compile(
    rf"(?P<prologue>\s*(?:{PREFIX})*)(?i:CONSTRUCT)\s*(?:{ONE.format(1, thing=THING)})?"
    rf"(?i:WHERE)\s*{ONE.format(2, thing=THING)}{lookups.CUT}",
    re.ASCII,
)


def copied(text: str, store: Store) -> Iterator[Triple] | None:
    """Give the statements that a text copies from the merge; None where it may do anything else."""
    if len(text) > LONGEST or (found := COPY.fullmatch(text)) is None:
        return None
    pattern = found.group("s2", "p2", "o2")
    template = found.group("s1", "p1", "o1")
    variables = [each[1:] for each in pattern if re.fullmatch(VARIABLE, each)]
    said = PREFIXES.findall(found["prologue"])
    prefixes = {name: iri[1:-1] for name, iri in said}
    if template not in {pattern, (None, None, None)} or len(set(variables)) < len(variables):
        return None
    if len(prefixes) < len(said):
        return None  # which of two holds is the engine's to say
    walk = Walk(store, prefixes)
    try:
        terms = [None if lookups.is_variable(each) else walk.named(each) for each in pattern]
    except NotSmall:
        return None
    subject, predicate, object_ = terms
    quads = store.quads_for_pattern(subject, predicate, object_, MERGE)
    first, limit = int(found["offset"] or 0), found["limit"]
    last = None if limit is None else first + int(limit)
    return (quad.triple for quad in islice(quads, first, last))
