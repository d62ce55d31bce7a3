"""Reminding of objections whose answer is overdue: once each, by whichever worker comes to it first."""

from __future__ import annotations

import logging
import threading
from datetime import date
from functools import partial

from flask import Flask

from graph.association.objecting import Unanswered, day_of, unanswered
from graph.association.reminding import once
from graph.association.suggesting import Element
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
    return sum(reminded(elements[each.element], each) for each in late if each.element in elements)


def reminded(element: Element, late: Unanswered) -> bool:
    """Write of one objection, unless somebody did; what could not be written is tried again later."""
    tell = partial(letters.tell_of_delay, element, late.said)
    try:
        return once(ledger(), late.said.iri, now(), tell)
    except OSError as error:
        LOG.warning("of the objection %s nobody could be reminded: %s", late.said.iri, error)
        return False


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
