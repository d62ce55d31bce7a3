"""OpenLineage events, read strictly: a bad one is refused whole, with the field and the reason.

Run, job and dataset events of the specification 1-0-x and 2-0-x. Facets that are not read here are
kept as they came, with the whole event. Where a value is only unusual (no producer, a time without
a zone) the event is taken and the answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from ontology.errors import Invalid
from ontology.lineage import transformation
from ontology.sentences import Sentence

STATES = frozenset({"START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"})
FRACTION = re.compile(r"\.\d+")


@dataclass(frozen=True, slots=True)
class Name:
    """What OpenLineage calls a dataset or job: a namespace and a name in it."""

    namespace: str
    name: str

    def __str__(self) -> str:
        """Give both with a space between: no namespace holds one."""
        return f"{self.namespace} {self.name}"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a dataset: its name, its type ("" where not told), its description."""

    name: str
    type: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the column facet: `field` of the output ("" for all rows) from an input's field.

    `transformations` are IRIs; `masking` where any of them masks.
    """

    field: str
    source: Name
    source_field: str
    transformations: tuple[str, ...] = ()
    masking: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What an event tells of one dataset."""

    name: Name
    fields: tuple[Field, ...] = ()
    note: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `run` and `state` are "" for a job or dataset event, `job` None for the last.

    `remarks` are (field path, sentence) of what is unusual.
    """

    at: datetime
    run: str
    state: str
    job: Name | None
    note: str
    inputs: tuple[DatasetFacts, ...]
    outputs: tuple[DatasetFacts, ...]
    producer: str
    remarks: tuple[tuple[str, Sentence], ...]
    raw: Mapping[str, Any]


class BadEvent(Invalid):
    """An event that breaks the specification: `field` is the path of what is wrong."""

    def __init__(self, field: str, en: str, zh: str) -> None:
        """Keep the path beside the sentence."""
        super().__init__(f"{field}: {en}", f"{field}：{zh}")
        self.field = field
        self.reason = (en, zh)


class Reader:
    """Reads values at their paths; keeps remarks."""

    def __init__(self, zone: tzinfo) -> None:
        """Read times without a zone as of `zone`."""
        self.zone = zone
        self.remarks: list[tuple[str, Sentence]] = []

    def text(self, of: Mapping[str, Any], name: str, path: str) -> str:
        """Give a text that must be there and not empty."""
        value = of.get(name)
        if not isinstance(value, str) or not value.strip():
            raise BadEvent(f"{path}{name}", "a text is required here", "此处须为非空文本")
        return value

    def maybe(self, of: Mapping[str, Any], name: str, path: str) -> str:
        """Give a text that may be missing."""
        value = of.get(name)
        if value is not None and not isinstance(value, str):
            raise BadEvent(f"{path}{name}", "it should be a text", "应为文本")
        return value or ""

    def mapping(self, value: object, path: str) -> Mapping[str, Any]:
        """Give an object."""
        if not isinstance(value, dict):
            raise BadEvent(path or "event", "it should be an object", "应为对象")
        return value

    def listed(self, of: Mapping[str, Any], name: str, path: str) -> list[Any]:
        """Give a list that may be missing."""
        value = of.get(name)
        if value is not None and not isinstance(value, list):
            raise BadEvent(f"{path}{name}", "it should be a list", "应为列表")
        return value or []

    def time(self, of: Mapping[str, Any], name: str) -> datetime:
        """Give the time of the event."""
        given = self.text(of, name, "")
        try:
            found = datetime.fromisoformat(FRACTION.sub(trimmed, given.replace("Z", "+00:00"), 1))
        except ValueError:
            raise BadEvent(
                name,
                f"“{given[:60]}” is no date-time of ISO 8601",
                f"“{given[:60]}”不是 ISO 8601 时间",
            ) from None
        if found.tzinfo is None:
            self.remark(
                name, "a time without a zone is taken as local", "时间未带时区，按本地时区处理"
            )
            found = found.replace(tzinfo=self.zone)
        return found.astimezone(self.zone)

    def remark(self, path: str, en: str, zh: str) -> None:
        """Keep something unusual."""
        self.remarks.append((path, (en, zh)))


def trimmed(found: re.Match[str]) -> str:
    """Give a fraction of a second with the digits that a time can hold."""
    return found[0][:7]


def read_event(value: object, zone: tzinfo) -> Event:
    """Read one event; raise BadEvent where it breaks the specification."""
    reader = Reader(zone)
    event = reader.mapping(value, "")
    at = reader.time(event, "eventTime")
    for name in ("producer", "schemaURL"):
        if not reader.maybe(event, name, ""):
            reader.remark(
                name, "the specification requires it; it is missing", "规范要求此项，现缺失"
            )
    run, state = read_run(reader, event)
    job, note = read_job(reader, event)
    alone = read_alone(reader, event) if job is None else ()
    return Event(
        at=at,
        run=run,
        state=state,
        job=job,
        note=note,
        inputs=read_datasets(reader, event, "inputs"),
        outputs=(*read_datasets(reader, event, "outputs"), *alone),
        producer=reader.maybe(event, "producer", ""),
        remarks=tuple(reader.remarks),
        raw=event,
    )


def read_run(reader: Reader, event: Mapping[str, Any]) -> tuple[str, str]:
    """Give the run's id and state; ("", "") for an event of a job or dataset."""
    if "run" not in event and "eventType" not in event:
        return "", ""
    run = reader.mapping(event.get("run"), "run")
    number = read_run_id(reader, run, "run.")
    facets = read_facets(reader, run, "run.")
    if (parent := facets.get("parent")) is not None:
        read_parent(reader, reader.mapping(parent, "run.facets.parent"))
    state = reader.maybe(event, "eventType", "")
    if state and state not in STATES:
        raise BadEvent("eventType", f"“{state[:40]}” is none of {', '.join(sorted(STATES))}",
                       f"“{state[:40]}”不是规范的事件类型")  # fmt: skip
    return number, state or "OTHER"


def read_run_id(reader: Reader, run: Mapping[str, Any], path: str) -> str:
    """Give a run's id, which is a UUID."""
    given = reader.text(run, "runId", path)
    try:
        return str(UUID(given))
    except ValueError:
        raise BadEvent(
            f"{path}runId", f"“{given[:60]}” is no UUID", f"“{given[:60]}”不是 UUID"
        ) from None


def read_parent(reader: Reader, parent: Mapping[str, Any]) -> None:
    """Look the parent's facet over."""
    path = "run.facets.parent."
    read_run_id(reader, reader.mapping(parent.get("run"), f"{path}run"), f"{path}run.")
    read_name(reader, reader.mapping(parent.get("job"), f"{path}job"), f"{path}job.")


def read_job(reader: Reader, event: Mapping[str, Any]) -> tuple[Name | None, str]:
    """Give the job and what it says of itself; None for an event of a dataset."""
    if "job" not in event and "run" not in event:
        return None, ""
    job = reader.mapping(event.get("job"), "job")
    facets = read_facets(reader, job, "job.")
    read_owners(reader, facets, "job.facets.")
    told = facets.get("documentation")
    note = reader.maybe(told, "description", "job.facets.documentation.") if told else ""
    return read_name(reader, job, "job."), note


def read_alone(reader: Reader, event: Mapping[str, Any]) -> tuple[DatasetFacts, ...]:
    """Give the one dataset of a dataset event."""
    return (read_dataset(reader, event.get("dataset"), "dataset"),)


def read_name(reader: Reader, of: Mapping[str, Any], path: str) -> Name:
    """Give a namespace and name."""
    return Name(reader.text(of, "namespace", path), reader.text(of, "name", path))


def read_facets(reader: Reader, of: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Give the facets, each of which is an object."""
    facets = of.get("facets")
    if facets is None:
        return {}
    found = reader.mapping(facets, f"{path}facets")
    for name, facet in found.items():
        reader.mapping(facet, f"{path}facets.{name}")
    return found


def read_owners(reader: Reader, facets: Mapping[str, Any], path: str) -> None:
    """Look the ownership facet over: each owner has a name."""
    for at, owner in enumerate(reader.listed(facets.get("ownership") or {}, "owners", path)):
        place = f"{path}ownership.owners[{at}]"
        reader.text(reader.mapping(owner, place), "name", f"{place}.")


def read_datasets(reader: Reader, event: Mapping[str, Any], name: str) -> tuple[DatasetFacts, ...]:
    """Give the datasets of one side."""
    return tuple(
        read_dataset(reader, each, f"{name}[{at}]")
        for at, each in enumerate(reader.listed(event, name, ""))
    )


def read_dataset(reader: Reader, value: object, path: str) -> DatasetFacts:
    """Give what is told of one dataset."""
    of = reader.mapping(value, path)
    facets = read_facets(reader, of, f"{path}.")
    read_owners(reader, facets, f"{path}.facets.")
    told = facets.get("documentation") or {}
    return DatasetFacts(
        name=read_name(reader, of, f"{path}."),
        fields=tuple(read_fields(reader, facets, f"{path}.facets.schema.")),
        note=reader.maybe(told, "description", f"{path}.facets.documentation."),
        steps=tuple(read_steps(reader, facets, f"{path}.facets.columnLineage.")),
    )


def read_fields(reader: Reader, facets: Mapping[str, Any], path: str) -> Iterator[Field]:
    """Give the fields of the schema facet."""
    for at, each in enumerate(reader.listed(facets.get("schema") or {}, "fields", path)):
        place = f"{path}fields[{at}]"
        of = reader.mapping(each, place)
        texts = (reader.maybe(of, name, f"{place}.") for name in ("type", "description"))
        yield Field(reader.text(of, "name", f"{place}."), *texts)


def read_steps(reader: Reader, facets: Mapping[str, Any], path: str) -> Iterator[Step]:
    """Give the lines of the column facet: of each field, and of all rows."""
    facet = facets.get("columnLineage")
    if facet is None:
        return
    if "fields" not in facet:
        raise BadEvent(f"{path}fields", "the column facet needs it", "列级血缘须有此项")
    for name, each in reader.mapping(facet["fields"], f"{path}fields").items():
        place = f"{path}fields.{name}"
        of = reader.mapping(each, place)
        if "inputFields" not in of:
            raise BadEvent(f"{place}.inputFields", "it is required", "此项必填")
        wide = (reader.maybe(of, "transformationType", f"{place}."),
                reader.maybe(of, "transformationDescription", f"{place}."))  # fmt: skip
        for at, source in enumerate(reader.listed(of, "inputFields", f"{place}.")):
            yield read_step(reader, name, source, f"{place}.inputFields[{at}]", wide)
    for at, source in enumerate(reader.listed(facet, "dataset", path)):
        yield read_step(reader, "", source, f"{path}dataset[{at}]", ("", ""))


def read_step(reader: Reader, name: str, value: object, path: str, wide: tuple[str, str]) -> Step:
    """Give one line; `wide` is what older versions say of all inputs of the field."""
    of = reader.mapping(value, path)
    kinds: set[str] = set()
    notes: list[str] = []
    masking = wide[0].upper() == "MASKED"
    for at, each in enumerate(reader.listed(of, "transformations", f"{path}.")):
        place = f"{path}.transformations[{at}]"
        told = reader.mapping(each, place)
        kind, subtype = reader.text(told, "type", f"{place}."), told.get("subtype") or ""
        found = transformation(kind, str(subtype))
        if found is None:
            raise BadEvent(
                f"{place}.type", f"“{kind[:40]}” is neither DIRECT nor INDIRECT",
                f"“{kind[:40]}”既不是 DIRECT 也不是 INDIRECT")  # fmt: skip
        kinds.add(found.iri)
        masking = masking or masks(told.get("masking"), f"{place}.masking")
        notes.append(reader.maybe(told, "description", f"{place}."))
    if wide[0].upper() == "IDENTITY" and (same := transformation("direct", "identity")):
        kinds.add(same.iri)
    return Step(
        field=name,
        source=read_name(reader, of, f"{path}."),
        source_field=reader.text(of, "field", f"{path}."),
        transformations=tuple(sorted(kinds)),
        masking=masking,
        note="; ".join(filter(None, (*notes, wide[1]))),
    )


def masks(value: object, path: str) -> bool:
    """Say whether a transformation masks."""
    if value is not None and not isinstance(value, bool):
        raise BadEvent(path, "it should be true or false", "应为 true 或 false")
    return bool(value)
