"""Uploads from the first look to the landing: one case each, by the same steps as a draft's.

An upload is compared (draft), handed in, approved by the department, reviewed and published by the
city's office, as `ontology.workflows` says of one entry; one of small corrections alone goes the
short way. Publishing lands everything chosen as one change, which can be taken back as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph.bulk.catalogue import Catalogue, Owner
from graph.bulk.keeping import Bulk, Keeping, Received, Step
from graph.bulk.landing import Author, land, landed_as, take_back
from graph.bulk.plans import Action as Kind
from graph.bulk.plans import EntryPlan, Plan
from graph.bulk.preparing import plan_of
from graph.bulk.sending import Columns, keep, path_of, read_upload
from graph.bulk.sheets import Upload
from graph.cataloguing.drafts import Drafts
from graph.instance import Instance
from ontology.actions import Action
from ontology.errors import Conflict, Forbidden, Invalid
from ontology.people import Person
from ontology.permissions import can
from ontology.sentences import joined
from ontology.states import OPEN_TO_WRITING, State
from ontology.workflows import advance


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish to take a step: what, when, on which revision, why."""

    action: Action
    at: datetime
    revision: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent: its name, its bytes, for whom, when."""

    name: str
    data: bytes
    owner: Owner
    at: datetime


class Bulks:
    """The uploads of one instance."""

    def __init__(self, instance: Instance) -> None:
        """Keep uploads beside the instance's ledger, their files in a folder of their own."""
        self.instance = instance
        self.keeping = Keeping(instance.ledger)
        self.drafts = Drafts(instance.ledger)
        self.folder: Path = instance.home.path / "uploads"

    def catalogue(self, owner: Owner) -> Catalogue:
        """Give what a department keeps."""
        return Catalogue(self.instance, owner)

    def receive(self, sent: Sent, columns: Columns, person: Person) -> Bulk:
        """Keep a file, read and compare it; raises Unreadable for one that is refused."""
        file = keep(self.folder, sent.data)
        upload = read_upload(path_of(self.folder, file), columns)
        plan = plan_of(upload, self.catalogue(sent.owner), self.drafts)
        received = Received(
            owner=sent.owner,
            file=file,
            name=sent.name,
            language=upload.about.language,
            made_from=upload.about.seq,
            author=person.name,
            at=sent.at,
        )
        return self.keeping.add(received, plan)

    def upload(self, bulk: Bulk, columns: Columns) -> Upload:
        """Read the file of an upload again."""
        return read_upload(path_of(self.folder, bulk.file), columns)

    def compare_again(self, bulk: Bulk, columns: Columns) -> Bulk:
        """Hold an upload that is not handed in against the catalogue as it is now."""
        if bulk.state not in OPEN_TO_WRITING:
            raise Conflict(
                "It is handed in: take it back before it is compared again.",
                "已提交：请先收回，再重新比较。",
            )
        plan: Plan = plan_of(self.upload(bulk, columns), self.catalogue(bulk.owner), self.drafts)
        return self.keeping.replace(bulk, plan)

    def chosen(self, bulk: Bulk) -> list[EntryPlan]:
        """Give the entries that were chosen to land."""
        return [each.plan for each in self.keeping.entries(bulk.id, "chosen")]

    def take(self, bulk: Bulk, person: Person, wish: Wish) -> Bulk:
        """Take a step on an upload; a last one lands it.

        Raises what `advance` raises, Conflict where it moved since it was looked at or entries did.
        """
        if bulk.revision != wish.revision:
            raise Conflict(
                "This upload was changed since you looked at it: look again before you decide.",
                "您查看之后此次上传又有变动，请重新查看后再决定。",
            )
        handing_in = wish.action in {Action.SUBMIT, Action.CORRECT}
        correcting = wish.action is Action.CORRECT or bulk.state is State.CORRECTING
        plans = self.chosen(bulk) if handing_in or correcting else []
        changed = properties_of(plans) if correcting else ()
        after = advance(
            bulk.state, wish.action, person, bulk.thing, reason=wish.reason, changed=changed
        )
        if handing_in and not plans:
            raise Invalid("Choose at least one entry.", "请至少选择一个条目。")
        values: dict[str, object] = {}
        if wish.action is Action.APPROVE:
            values["approver"] = person.name
        if after is State.PUBLISHED:
            values["seq"] = self._land(bulk, plans or self.chosen(bulk), person, wish)
        step = Step(wish.at, person.name, wish.action.value, after, wish.reason.strip())
        return self.keeping.move(bulk, step, **values)

    def _land(
        self, bulk: Bulk, plans: Sequence[EntryPlan], person: Person, wish: Wish
    ) -> int | None:
        landed = landed_as(self.instance.ledger, bulk.owner.code, bulk.id)
        if landed is not None:  # a crash cut off what comes after
            return landed
        approver = person.name if wish.action is Action.APPROVE else bulk.approver
        reason = wish.reason.strip() or f"{bulk.name} (#{bulk.id})"
        by = Author(bulk.author, bulk.hands, approver, person.name, wish.at, reason)
        return land(self.instance, self.catalogue(bulk.owner), plans, by, bulk.id)

    def take_back(self, bulk: Bulk, person: Person, wish: Wish) -> Bulk:
        """Take a landed upload back as a whole, with the reason."""
        verdict = can(person, Action.UNDO_LOAD, bulk.thing)
        if not verdict:
            raise Forbidden(*joined(verdict.why, verdict.ask))
        if bulk.state is not State.PUBLISHED or bulk.seq is None:
            raise Conflict("Only what has landed is taken back.", "只能撤回已落地的上传。")
        if not wish.reason.strip():
            raise Invalid(
                "Say why: the reason is kept and shown.", "请写明原因：原因将留存并显示。"
            )
        undone = take_back(
            self.instance, bulk.seq, at=wish.at, actor=person.name, reason=wish.reason.strip()
        )
        step = Step(
            wish.at, person.name, Action.UNDO_LOAD.value, State.WITHDRAWN, wish.reason.strip()
        )
        return self.keeping.move(bulk, step, undone=undone)


def properties_of(plans: Sequence[EntryPlan]) -> tuple[str, ...] | None:
    """Give all properties that plans change; None where one is of a new or removed entry."""
    if any(each.action is not Kind.CHANGED for each in plans):
        return None
    return tuple(dict.fromkeys(name for each in plans for name in each.changed))
