"""Letters that tell people what waits for them: in both languages, as nobody says which they read.

A letter names what it is about and leads to its page; what was written there (reasons, remarks) is
read there, by who may. Who has no confirmed address gets none: the queue and the desk tell them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ontology.people import Role
from ontology.sentences import Sentence
from web.accounts.here import accounts, now
from web.accounts.holders import district_of
from web.accounts.store import Known
from web.site import site

LOG = logging.getLogger(__name__)


SPEAKERS = (Role.STEWARD, Role.APPROVER)  # who speak for a department


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told: subject and text in both languages (English, Chinese), and the page it is about."""

    subject: Sentence
    text: Sentence
    path: str


def write(letter: Letter, to: Iterable[Known], *, but: str = "", must: bool = False) -> int:
    """Write to people, each address once, but not to who did it; give how many letters were written.

    What was done is done: where no letter can be written, the log says so. One that `must` be
    written raises OSError, for who tries again.
    """
    found = {
        each.email: each
        for each in to
        if each.email and each.confirmed and each.active and each.name != but
    }
    (en, zh), (said, told) = letter.subject, letter.text
    text = f"{told}\n\n{said}\n\n{site().base}{letter.path}\n"
    try:
        for address in sorted(found):
            accounts().post.send(address, f"{zh} / {en}", text, now())
    except OSError as error:
        if must:
            raise
        LOG.warning("letters about %s were not written: %s", letter.path, error)
        return 0
    return len(found)


def speakers(departments: Iterable[str]) -> list[Known]:
    """Give those who speak for departments, by IRI."""
    codes = [each.rpartition("/")[2] for each in departments]
    holders = {*codes, *(district_of(each) for each in codes)}
    return accounts().holding(SPEAKERS, [each for each in holders if each])


def in_words(day: date) -> Sentence:
    """Give a day as letters write it."""
    return f"{day.day} {day:%B %Y}", f"{day.year}年{day.month}月{day.day}日"
