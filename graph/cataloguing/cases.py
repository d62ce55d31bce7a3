"""Cases: what was decided on each draft, step by step, and the publication at its end.

A step is taken as the law says (`ontology.workflows.advance`), on the revision that was looked at;
where the draft moved, nothing is decided. Who did it, when, why, and the remarks on single fields
are kept for good.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from graph.cataloguing.drafts import DRAFTS, Draft, Drafts, Saving, Subject, prune
from graph.cataloguing.telling import KEEPER, TOLD, Step, tell, untold
from graph.cataloguing.typed import WITH_ROWS, Typed, changed
from graph.cataloguing.writing import Target, Written, linked, typed_of, write
from graph.editing import Edit, put, remove, restore, statements_now
from graph.instance import Instance
from graph.ledger.ledger import CHANGES, ENTRIES, METADATA, OWN, Change, Kept, Touch
from graph.loading.load import Order, source_entry
from ontology.actions import Action
from ontology.clearance import Clearance, strictest
from ontology.errors import Conflict, Forbidden, Invalid
from ontology.people import Person
from ontology.permissions import Thing, can
from ontology.sentences import joined
from ontology.states import FINAL, State
from ontology.workflows import OVERTAKEN, advance

STEPS = sa.Table(
    "case_step",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("draft", sa.Integer, nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("was", sa.String(20)),
    sa.Column("now", sa.String(20), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("remarks", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)
ENDED = FINAL | {State.PUBLISHED}


@dataclass(frozen=True, slots=True)
class Decision:
    """One wish to take a step: what, when, on which revision, why, with remarks by field."""

    action: Action
    at: datetime
    revision: int
    reason: str = ""
    remarks: dict[str, str] = field(default_factory=dict)


class Cases:
    """The cases of one instance."""

    def __init__(self, instance: Instance) -> None:
        """Keep cases beside the instance's ledger, and make their table where it is not."""
        self.instance = instance
        self.drafts = Drafts(instance.ledger)
        METADATA.create_all(instance.ledger.writing, tables=[STEPS, TOLD], checkfirst=True)

    def begin(self, subject: Subject, typed: Typed, person: Person, at: datetime) -> Draft:
        """Begin an entry, or (where it is there) a new version of it."""
        kept = self.kept(subject)
        state = None if kept is None else self.state_of(kept)
        action = Action.CREATE if state is None else Action.REVISE
        thing = Thing("entry", subject.owner, district=subject.district)
        advance(state, action, person, thing)
        draft = self.drafts.begin(subject, typed, by=person.name, at=at)
        with self.instance.ledger.writing.begin() as connection:
            decision = Decision(action, at, draft.revision)
            _write_step(connection, draft.id, decision, person.name, state, State.DRAFT)
        return draft

    def take(self, draft: Draft, person: Person, decision: Decision) -> Draft:
        """Take a step on a draft and give it as it stands then; a last one publishes.

        Raises what `advance` raises; Conflict where the draft moved since it was looked at, or
        where the entry was changed by someone else since the version was begun.
        """
        if draft.revision != decision.revision:
            raise Conflict(
                "This draft was changed since you looked at it: look again before you decide.",
                "您查看之后此草稿又有修改，请重新查看后再决定。",
            )
        thing = thing_of(draft)
        correcting = decision.action is Action.CORRECT or draft.state is State.CORRECTING
        small = self.changed(draft) if correcting else ()
        after = advance(
            draft.state, decision.action, person, thing, reason=decision.reason, changed=small
        )
        seq = None
        if after is State.PUBLISHED:
            seq = self.publish(draft, person.name, decision)
        self._move(draft, person, decision, after, seq)
        return self.drafts.get(draft.id)

    def hand_over(self, draft: Draft, to: Person, person: Person, decision: Decision) -> Draft:
        """Put a draft into another's hands; who had it before keeps the part they had in it.

        Raises Forbidden where the person may not, Invalid where the other does not write for the
        department, Conflict where the draft moved meanwhile.
        """
        verdict = can(person, Action.MANAGE_DRAFTS, thing_of(draft))
        if not verdict:
            raise Forbidden(*joined(verdict.why, verdict.ask))
        if not can(to, Action.EDIT, replace(thing_of(draft), state=State.DRAFT)):
            raise Invalid(
                f"{to.name} does not write for this department.",
                f"{to.name} 没有为此部门编目的角色。",
            )
        hands = dict.fromkeys((*draft.hands, draft.author))
        hands.pop(to.name, None)
        told = f"{draft.author} → {to.name}：{decision.reason.strip()}"
        with self.instance.ledger.writing.begin() as connection:
            same = (DRAFTS.c.id == draft.id) & (DRAFTS.c.revision == decision.revision)
            same &= (DRAFTS.c.state == draft.state.value) & (DRAFTS.c.author == draft.author)
            values = {"author": to.name, "hands": list(hands)}
            if connection.execute(DRAFTS.update().where(same).values(**values)).rowcount != 1:
                raise Conflict(
                    "This draft was changed since you looked at it: look again.",
                    "您查看之后此草稿又有变动，请重新查看。",
                )
            step = replace(decision, reason=told)
            _write_step(connection, draft.id, step, person.name, draft.state, draft.state)
        self.tell(draft.id, person.name, decision)
        return self.drafts.get(draft.id)

    def steps(self, number: int) -> list[Step]:
        """Give the steps of a draft, oldest first."""
        query = sa.select(STEPS).where(STEPS.c.draft == number).order_by(STEPS.c.id)
        with self.instance.ledger.engine.connect() as connection:
            return [_step(row) for row in connection.execute(query).mappings()]

    # After publication -----------------------------------------------------------------------------

    def state_of(self, kept: Kept) -> State:
        """Say where an entry that was published once stands now."""
        if kept.live:
            return State.PUBLISHED
        last = next(iter(self.drafts.of(kept.iri)), None)
        archived = last is not None and last.state is State.ARCHIVED
        return State.ARCHIVED if archived else State.WITHDRAWN

    def withdraw(self, kept: Kept, thing: Thing, person: Person, decision: Decision) -> int:
        """Take a published entry out of the catalogue; its address says when and why from then on."""
        self._allowed(kept, thing, person, decision)
        last = self._last(kept, thing, person, decision.at)
        seq = remove(self.instance, kept.key, _edit(kept, person, decision))
        self._settle(last, person, decision, State.WITHDRAWN)
        return seq

    def archive(self, kept: Kept, thing: Thing, person: Person, decision: Decision) -> int:
        """Close a withdrawn entry for good; its address says this reason from then on."""
        self._allowed(kept, thing, person, decision)
        last = self._last(kept, thing, person, decision.at)
        gone = Touch(replace(kept, live=False), "removed", kept)
        change = Change(decision.at, person.name, "archive", kept.source, decision.reason.strip())
        seq = self.instance.ledger.append(change, (), [gone])
        self._settle(last, person, decision, State.ARCHIVED)
        return seq

    def bring_back(self, kept: Kept, thing: Thing, person: Person, decision: Decision) -> int:
        """Put a withdrawn entry back as it stood before it was withdrawn."""
        self._allowed(kept, thing, person, decision)
        last = self._last(kept, thing, person, decision.at)
        found = self.instance.ledger.history(
            iri=kept.iri, source=kept.source, clearance=Clearance.GOVERNANCE, limit=2
        )
        stood = found[1].seq if len(found) > 1 else 0
        edit = _edit(kept, person, decision)
        seq = restore(self.instance, kept.key, stood, edit)
        self._settle(last, person, decision, State.PUBLISHED, seq)
        return seq or kept.seq

    def _allowed(self, kept: Kept, thing: Thing, person: Person, decision: Decision) -> None:
        state = self.state_of(kept)
        advance(state, decision.action, person, thing, reason=decision.reason)

    def _last(self, kept: Kept, thing: Thing, person: Person, at: datetime) -> Draft:
        """Give the last version that went into the catalogue, kept from now on if it came by a load."""
        gone_in = (State.PUBLISHED, State.WITHDRAWN, State.ARCHIVED)
        last = next((each for each in self.drafts.of(kept.iri) if each.state in gone_in), None)
        if last is not None:
            return last
        subject = subject_of(kept, thing.owner or "", thing.district)
        typed = self.published(subject) if kept.live else Typed({"dct:title@zh": (kept.title,)})
        return self.drafts.keep(subject, typed, self.state_of(kept), Saving(person.name, at, 1))

    def _settle(
        self,
        last: Draft,
        person: Person,
        decision: Decision,
        state: State,
        seq: int | None = None,
    ) -> None:
        with self.instance.ledger.writing.begin() as connection:
            _set_state(connection, last, state, decision.at, seq)
            _write_step(connection, last.id, decision, person.name, last.state, state)
        self.tell(last.id, person.name, decision)

    def tell(self, number: int, actor: str, decision: Decision) -> None:
        """Tell in RDF how a case stands, where it was ever handed in."""
        tell(self.instance, self.drafts.get(number), self.steps(number), actor, decision.at)

    def settle(self, at: datetime) -> int:
        """Put right what was cut off between two writings, and versions whose change was undone.

        Gives how many cases were told anew.
        """
        for draft in self._cut_off():
            self._finish(draft)
        undone = self._undone()
        for draft, change in undone:
            self._fall_back(draft, change)
        behind = untold(self.instance.ledger, STEPS)
        for number in behind:
            tell(self.instance, self.drafts.get(number), self.steps(number), KEEPER, at)
        return len(behind)

    def _cut_off(self) -> list[Draft]:
        """Give the versions that wait for publication though the entry moved since they began."""
        waiting = [State.REGISTERED.value, State.CORRECTING.value]
        same = (ENTRIES.c.source == DRAFTS.c.source) & (ENTRIES.c.key == DRAFTS.c.key)
        query = (
            sa.select(DRAFTS.c.id)
            .join(ENTRIES, same)
            .where(DRAFTS.c.state.in_(waiting) & ENTRIES.c.live)
            .where(ENTRIES.c.seq != DRAFTS.c.begun)
        )
        with self.instance.ledger.engine.connect() as connection:
            return [self.drafts.get(each) for each in connection.execute(query).scalars()]

    def _finish(self, draft: Draft) -> None:
        """Write down the step of a publication that a crash cut off after the graph was written."""
        kept = self.kept(draft.subject)
        typed = self.drafts.typed(draft.id, draft.revision)
        digest = self.written(draft.subject, typed).entry.digest()
        if kept is None or kept.digest != digest:
            return  # somebody else changed the entry: the reviewer will be told
        change = self.instance.ledger.change(kept.seq)
        correcting = draft.state is State.CORRECTING
        action = Action.APPROVE if correcting else Action.PUBLISH
        decision = Decision(action, change.at, draft.revision, change.reason)
        with suppress(Conflict):  # another process was faster
            self._move(draft, Person(change.actor), decision, State.PUBLISHED, kept.seq)

    def _undone(self) -> list[tuple[Draft, Any]]:
        """Give the versions that stand as published though the change that did so was taken back."""
        query = (
            sa.select(
                DRAFTS.c.id, CHANGES.c.at, CHANGES.c.actor, CHANGES.c.reason, CHANGES.c.undoes
            )
            .join(CHANGES, CHANGES.c.undoes == DRAFTS.c.seq)
            .where(DRAFTS.c.state == State.PUBLISHED.value)
        )
        with self.instance.ledger.engine.connect() as connection:
            rows = connection.execute(query).all()
        return [(self.drafts.get(row.id), row) for row in rows]

    def _fall_back(self, draft: Draft, change: Any) -> None:  # noqa: ANN401 - a row of changes
        """Let a version whose publication was undone be withdrawn, and the one before stand again."""
        at = datetime.fromisoformat(change.at)
        decision = Decision(Action.WITHDRAW, at, draft.revision, change.reason)
        kept = self.kept(draft.subject)
        stands = kept is not None and kept.live
        after = State.SUPERSEDED if stands else State.WITHDRAWN
        fallen = (DRAFTS.c.id == draft.id) & (DRAFTS.c.state == State.PUBLISHED.value)
        values = {"state": after.value, "since": at.isoformat()}
        with self.instance.ledger.writing.begin() as connection:
            if connection.execute(DRAFTS.update().where(fallen).values(**values)).rowcount != 1:
                return  # another process was faster
            _write_step(connection, draft.id, decision, change.actor, draft.state, after)
            before = [each for each in self.drafts.of(draft.subject.iri) if each.id < draft.id]
            if stands and before and before[0].state is State.SUPERSEDED:
                _set_state(connection, before[0], State.PUBLISHED, at)

    # What is published ----------------------------------------------------------------------------

    def kept(self, subject: Subject) -> Kept | None:
        """Give what the ledger knows of the entry that a draft is a version of."""
        return self.instance.ledger.entry(subject.source, subject.key)

    def target(self, subject: Subject) -> Target:
        """Give what a version would be written over."""
        kept = self.kept(subject)
        now = statements_now(self.instance, kept) if kept and kept.live else set()
        base = self.instance.home.settings.base
        return Target(
            kind=subject.kind,
            code=subject.code,
            iri=subject.iri,
            key=subject.key,
            owner=f"{base}/id/department/{subject.owner}",
            base=base,
            now=frozenset(now),
        )

    def published(self, subject: Subject) -> Typed:
        """Give what is published of an entry as it would have been typed; nothing where it is not."""
        target = self.target(subject)
        return typed_of(target.now, target)

    def written(self, subject: Subject, typed: Typed) -> Written:
        """Give the entry that what was typed would be, with what cannot be read.

        A service is no more open than the strictest dataset it serves.
        """
        target = self.target(subject)
        others = self.others(typed, target.base)
        if subject.kind not in WITH_ROWS:
            level = strictest(Clearance.OPEN, *(each.clearance for each in others.values()))
            target = replace(target, level=level if subject.kind == "service" else Clearance.OPEN)
        return write(typed, target)

    def others(self, typed: Typed, base: str) -> dict[str, Kept]:
        """Give what the ledger knows of the other things that are named, those that there are."""
        found = self.instance.ledger.entries_named(list(linked(typed, base)))
        return {each.iri: each for each in found if each.live}

    def changed(self, draft: Draft) -> tuple[str, ...] | None:
        """Give the properties that a version changes; None for a new entry."""
        if not draft.subject.begun:
            return None
        typed = self.drafts.typed(draft.id, draft.revision)
        return changed(self.published(draft.subject), typed)

    def publish(self, draft: Draft, actor: str, decision: Decision) -> int | None:
        """Write a version into the graph; give the change's number, None where nothing differs.

        Publishing again what a crash left published already does nothing.
        """
        subject = draft.subject
        typed = self.drafts.typed(draft.id, draft.revision)
        entry = self.written(subject, typed).entry
        kept = self.kept(subject)
        if kept and kept.live and kept.seq != subject.begun and kept.digest == entry.digest():
            return kept.seq
        self._see_source(subject, actor, decision.at)
        reason = decision.reason or draft.title
        edit = Edit(subject.source, actor, decision.at, reason, subject.begun)
        return put(self.instance, entry, edit)

    def _see_source(self, subject: Subject, actor: str, at: datetime) -> None:
        """See to it that the department's catalogue is described before its first entry."""
        if self.instance.ledger.entry(subject.source, OWN) is not None:
            return
        base = self.instance.home.settings.base
        names = subject.owner, subject.owner
        kind = "district" if subject.district else "department"
        order = Order(subject.source, actor, at, base, "", kind, names)
        entry = source_entry(order, f"{base}/id/source/{subject.source}")
        put(self.instance, entry, Edit(subject.source, actor, at, "", 0))

    def _move(
        self, draft: Draft, person: Person, decision: Decision, after: State, seq: int | None
    ) -> None:
        """Write the step down; raise Conflict where somebody else took one first."""
        with self.instance.ledger.writing.begin() as connection:
            same = (
                (DRAFTS.c.id == draft.id)
                & (DRAFTS.c.state == draft.state.value)
                & (DRAFTS.c.revision == draft.revision)
            )
            values: dict[str, Any] = {"state": after.value, "since": decision.at.isoformat()}
            if decision.action is Action.APPROVE:
                values["approver"] = person.name
            if seq is not None:
                values["seq"] = seq
            if connection.execute(DRAFTS.update().where(same).values(**values)).rowcount != 1:
                if seq is not None and self.drafts.get(draft.id).seq == seq:
                    return  # a house that opened meanwhile wrote this very publication down
                raise Conflict(
                    "Somebody else decided on this draft meanwhile: look again.",
                    "在此期间他人已处理此草稿，请刷新查看。",
                )
            _write_step(connection, draft.id, decision, person.name, draft.state, after)
            if after is State.PUBLISHED:
                _overtake(connection, draft)
            if after in ENDED:
                query = sa.select(STEPS.c.revision).where(STEPS.c.draft == draft.id)
                prune(connection, draft.id, connection.execute(query).scalars())
        self.tell(draft.id, person.name, decision)


def thing_of(draft: Draft) -> Thing:
    """Give a draft as the law asks about it."""
    return Thing(
        "draft",
        owner=draft.subject.owner,
        district=draft.subject.district,
        state=draft.state,
        author=draft.author,
        hands=draft.hands,
        approver=draft.approver,
    )


def _edit(kept: Kept, person: Person, decision: Decision) -> Edit:
    return Edit(kept.source, person.name, decision.at, decision.reason.strip(), kept.seq)


def subject_of(kept: Kept, owner: str, district: str | None) -> Subject:
    """Give the subject of a new version of an entry."""
    return Subject(kept.kind, kept.code, kept.iri, kept.source, kept.key, owner, district, kept.seq)


def _overtake(connection: sa.Connection, draft: Draft) -> None:
    """Let the versions before be overtaken by the one that was published."""
    for was, now in OVERTAKEN.items():
        before = (
            (DRAFTS.c.iri == draft.subject.iri)
            & (DRAFTS.c.id != draft.id)
            & (DRAFTS.c.state == was.value)
        )
        connection.execute(DRAFTS.update().where(before).values(state=now.value))


def _set_state(
    connection: sa.Connection, draft: Draft, state: State, at: datetime, seq: int | None = None
) -> None:
    values: dict[str, Any] = {"state": state.value, "since": at.isoformat()}
    if seq is not None:
        values["seq"] = seq
    connection.execute(DRAFTS.update().where(DRAFTS.c.id == draft.id).values(**values))


def _write_step(  # noqa: PLR0913, PLR0917 - a step has these parts
    connection: sa.Connection,
    number: int,
    decision: Decision,
    actor: str,
    was: State | None,
    now: State,
) -> None:
    connection.execute(
        STEPS.insert().values(
            draft=number,
            revision=decision.revision,
            at=decision.at.isoformat(),
            actor=actor,
            action=decision.action.value,
            was=was.value if was else None,
            now=now.value,
            reason=decision.reason.strip(),
            remarks=_said(decision.remarks.items()),
        )
    )


def _said(remarks: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: text.strip() for name, text in remarks if text.strip()}


def _step(row: Any) -> Step:  # noqa: ANN401 - a mapping of the step table
    return Step(
        at=datetime.fromisoformat(row["at"]),
        actor=row["actor"],
        action=Action(row["action"]),
        was=State(row["was"]) if row["was"] else None,
        now=State(row["now"]),
        revision=row["revision"],
        reason=row["reason"],
        remarks=dict(row["remarks"]),
    )
