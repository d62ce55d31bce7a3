"""Reminding of objections whose answer is overdue: once each, by whichever worker comes to it first."""

from __future__ import annotations

import logging
import threading
from datetime import date

from flask import Flask

from graph.association.objecting import Unanswered, day_of, unanswered
from graph.association.reminding import claimed
from ontology.clearance import Clearance
from ontology.errors import GovgraphError
from web.accounts.here import now
from web.association import letters
from web.association.held import held_in
from web.site import ledger, site

LOG = logging.getLogger(__name__)
FIRST, AGAIN = 60.0, 1800.0  # seconds after the start, and between two looks


def remind() -> int:
    """Write of each objection that is overdue and was not written of; give how many there were."""
    house = site()
    if house.accounts is None or house.snapshots is None:
        return 0
    view, today = house.snapshots.view(Clearance.SHARED), day_of(now())
    late = [each for each in unanswered(view.store) if date.fromisoformat(each.said.due) < today]
    elements = held_in(view).elements if late else {}
    due: list[Unanswered] = [
        each
        for each in late
        if each.element in elements and claimed(ledger(), each.said.iri, now())
    ]
    for each in due:
        letters.tell_of_delay(elements[each.element], each.said)
    return len(due)


class Reminder(threading.Thread):
    """Looks now and then, as long as its worker runs."""

    def __init__(self, app: Flask) -> None:
        """Look with the eyes of this application."""
        super().__init__(daemon=True, name="reminder")
        self.app = app
        self._over = threading.Event()

    def run(self) -> None:
        """Look, and rest, until told to stop."""
        pause = FIRST
        while not self._over.wait(pause):
            pause = AGAIN
            try:
                with self.app.app_context():
                    remind()
            except GovgraphError as error:  # nothing is published yet, or just taken away
                LOG.warning("objections were not looked through: %s", error)

    def stop(self) -> None:
        """Stop looking."""
        self._over.set()
