"""The states that one version of a catalogue entry goes through: the list `record-status`, named.

A published version stays as it is while the next one is drafted: each version has a state of its
own. Which step leads where stands in `ontology.workflows`.
"""

from __future__ import annotations

from enum import StrEnum

from ontology.code_lists import Concept, code_list
from ontology.sentences import Sentence


class State(StrEnum):
    """Where a version stands; the values are the notations of the list `record-status`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REGISTERED = "registered"
    CORRECTING = "correcting"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    ARCHIVED = "archived"
    REMOVED = "removed"

    @property
    def concept(self) -> Concept:
        """Give the concept of the list: its IRI is what `adms:status` says of a record."""
        found = code_list("record-status").by_notation(self.value)
        assert found is not None
        return found

    @property
    def words(self) -> Sentence:
        """Give what the state is called, in English and Chinese."""
        return self.concept.en, self.concept.zh


FINAL = frozenset({State.SUPERSEDED, State.ARCHIVED, State.REMOVED})  # nothing leads out of these
OPEN_TO_WRITING = frozenset({State.DRAFT, State.RETURNED})  # the department may still change it
