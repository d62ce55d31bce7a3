"""Which addresses know the present alone, and why: a page says so, a file is refused a day.

Everything else answers for the day that is asked for (`web.asof.day`).
"""

from __future__ import annotations

from flask import request

from ontology.sentences import Sentence

YOURS: Sentence = (
    "It tells of people and their work as they stand now.",
    "此页反映人员及其工作的现状。",
)
TIMELESS: Sentence = (
    "It comes with the software and has no past in the ledger.",
    "此页随软件发布，账本中没有其历史。",
)
RECKONED: Sentence = (
    "It is reckoned from the catalogue of the present alone.",
    "此页只按现有目录计算。",
)
# By endpoint, or by blueprint for all of its endpoints.
ONLY_NOW: dict[str, Sentence] = {
    "accounts": YOURS,
    "cataloguing": YOURS,
    "saved": YOURS,
    "security": YOURS,
    "exploring.kept": YOURS,
    "query.log": YOURS,
    "telling": YOURS,
    "help": TIMELESS,
    "interfaces": TIMELESS,
    "vocabulary": TIMELESS,
    "association.ask_legal_person": RECKONED,
    "association.elements": RECKONED,
    "association.instance_page": RECKONED,
    "association.libraries": RECKONED,
    "association.library": RECKONED,
    "association.pairs": RECKONED,
    "association.supply": RECKONED,
    "association.systems": RECKONED,
    "association.systems_csv": RECKONED,
}
# Blueprints that answer for a day: a test holds that every address stands here or above.
OF_THE_DAY = frozenset(
    {"assisting", "association", "catalogue", "exploring", "feeds", "governance", "lineage", "past", "query"}
)  # fmt: skip
ALWAYS = frozenset({"watch", "static"})  # for machines that watch the machine: no day is looked at


def why_not() -> Sentence | None:
    """Say why the page that is asked for knows no other day; None where it does."""
    return ONLY_NOW.get(request.endpoint or "") or ONLY_NOW.get(request.blueprint or "")
