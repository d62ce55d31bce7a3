"""Lineage read from files: a table of steps, a dbt manifest with its catalogue, PROV in RDF.

Each gives steps between names; a row or statement that cannot be read refuses the whole file with
its place and reason, as an event does.
"""

from __future__ import annotations

import json
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, parse

from graph.harvest.tables.rows import read_rows
from graph.instance import Instance
from graph.lineage.edges import Edge
from graph.lineage.events import keep_job, take, unified
from graph.lineage.merging import Account
from graph.lineage.naming import Names
from graph.lineage.openlineage import BadEvent, Field, Name, read_event
from graph.lineage.taking import Taken, Taking, Teller, patiently
from ontology.code_lists import code_list
from ontology.errors import Invalid, Unreadable
from ontology.terms import PROV

RDF = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".nq": RdfFormat.N_QUADS,
       ".trig": RdfFormat.TRIG, ".rdf": RdfFormat.RDF_XML, ".jsonld": RdfFormat.JSON_LD}  # fmt: skip
DEEPEST = 200  # of nested JSON-LD; deeper is refused before it is parsed
LARGEST = 32 << 20  # bytes of a file, unpacked
GZIP = 16 + zlib.MAX_WBITS
BRACKETS = re.compile(rb"[\[\]{}]")
SAME = {"source": ["source", "来源", "源", "上游", "from"], "target": ["target", "目标", "去向", "下游", "to"],
        "job": ["job", "作业"], "transformation": ["transformation", "加工方式"],
        "masking": ["masking", "脱敏"], "from": ["from", "since", "始于", "起始日期"],
        "to": ["to", "until", "止于", "终止日期"], "note": ["note", "说明", "备注"],
        "source_item": ["source item", "来源数据项"],
        "target_item": ["target item", "目标数据项"]}  # fmt: skip
YES = frozenset({"yes", "true", "1", "是", "y"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step as a row tells it: names as they were written, days as ISO dates or ""."""

    source: str
    target: str
    source_item: str = ""
    target_item: str = ""
    job: str = ""
    transformation: str = ""
    masking: bool = False
    note: str = ""
    since: str = ""
    until: str = ""
    place: str = ""


def take_file(instance: Instance, name: str, data: bytes, teller: Teller, zone: tzinfo) -> Taken:
    """Take a file in by what it is; raise Invalid or Unreadable for one that is none of these."""
    if name.lower().endswith(".gz"):
        name, data = name[:-3], inflated(data)
    if len(data) > LARGEST:
        raise Invalid("The file is larger than 32 MB.", "文件超过 32 MB。")
    suffix = Path(name).suffix.lower()
    if suffix == ".json":
        return take_json(instance, data, teller, zone)
    if suffix in RDF:
        return take_steps(instance, list(prov_steps(data, RDF[suffix])), teller)
    return take_steps(instance, list(table_steps(name, data)), teller)


def inflated(data: bytes) -> bytes:
    """Give what was packed by gzip, one byte more than may be at most."""
    unpacking = zlib.decompressobj(GZIP)
    try:
        found = unpacking.decompress(data, LARGEST + 1)
    except zlib.error as error:
        raise Unreadable(
            f"This is not packed by gzip: {error}.", f"不是 gzip 压缩文件：{error}。"
        ) from error
    if not unpacking.eof and len(found) <= LARGEST:
        raise Unreadable("The packed file ends too early.", "压缩文件不完整。")
    return found


def take_json(instance: Instance, data: bytes, teller: Teller, zone: tzinfo) -> Taken:
    """Take in events, or a manifest of dbt."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"This is no JSON: {error}.", f"不是 JSON：{error}。") from error
    if isinstance(value, dict) and "nodes" in value:
        value = list(manifest_events(value, teller.at))
    events = value if isinstance(value, list) else [value]
    return take(instance, [read_event(each, zone) for each in events], teller)


def manifest_events(manifest: Mapping[str, Any], at: datetime) -> Iterator[dict[str, Any]]:
    """Give a dbt manifest (or catalogue) as events: a job for each model, a dataset for a source.

    A manifest of another shape is refused with the place.
    """
    metadata = manifest.get("metadata") or {}
    told = metadata.get("generated_at") or at.isoformat()
    namespace = f"dbt://{metadata.get('project_name') or metadata.get('project_id') or 'project'}"
    held = {**manifest.get("sources", {}), **manifest["nodes"]}
    head = {"eventTime": told, "producer": "https://www.getdbt.com", "schemaURL": "dbt"}
    for key, node in held.items():
        if not isinstance(node, dict):
            raise BadEvent(f"nodes.{key}", "it should be an object", "应为对象")
        if node.get("resource_type", "model") in {"test", "unit_test", "analysis", "operation"}:
            continue
        out = dbt_dataset(namespace, key, node)
        parents = (node.get("depends_on") or {}).get("nodes") or []
        if not parents:
            yield {**head, "dataset": out}
            continue
        inputs = [dbt_dataset(namespace, each, held.get(each) or {}) for each in parents]
        job = {"namespace": namespace, "name": key}
        yield {**head, "job": job, "inputs": inputs, "outputs": [out]}
    yield from exposures(manifest, namespace, head, held)


def exposures(
    manifest: Mapping[str, Any],
    namespace: str,
    head: Mapping[str, Any],
    held: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Give what is made of models outside of dbt."""
    for key, each in (manifest.get("exposures") or {}).items():
        parents = (each.get("depends_on") or {}).get("nodes") or []
        inputs = [dbt_dataset(namespace, one, held.get(one) or {}) for one in parents]
        out = {"namespace": namespace, "name": key}
        yield {**head, "job": out, "inputs": inputs, "outputs": [out]}


def dbt_dataset(namespace: str, key: str, node: Mapping[str, Any]) -> dict[str, Any]:
    """Give a node of dbt as a dataset with its columns."""
    meta = node.get("metadata") or {}
    parts = [node.get(name) or meta.get(name) for name in ("database", "schema")]
    last = node.get("alias") or node.get("identifier") or node.get("name") or meta.get("name")
    name = ".".join(str(each) for each in (*parts, last) if each) if last else key
    columns = node.get("columns") or {}
    fields = [
        {"name": each.get("name") or column, "type": each.get("data_type") or each.get("type") or "",
         "description": each.get("description") or each.get("comment") or ""}
        for column, each in columns.items()
    ]  # fmt: skip
    facets: dict[str, Any] = {"schema": {"fields": fields}} if fields else {}
    if node.get("description"):
        facets["documentation"] = {"description": node["description"]}
    return {"namespace": namespace, "name": name, "facets": facets}


def table_steps(name: str, data: bytes) -> Iterator[Step]:
    """Give the steps of a table with the columns source and target."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"lineage{Path(name).suffix[:8]}"
        path.write_bytes(data)
        rows = read_rows(path)
        columns = columns_of(rows.header)
        missing = {"source", "target"} - columns.keys()
        if missing:
            named = ", ".join(sorted(missing))
            raise Invalid(f"The table has no column {named}.", f"表中没有 {named} 列。")
        for number, row in enumerate(rows, start=2):
            cells = {key: row.cells.get(column, "").strip() for key, column in columns.items()}
            if any(cells.values()):
                yield step_of(cells, f"row {number}")


def columns_of(header: Iterable[str]) -> dict[str, str]:
    """Give the column of each fact; the first that fits."""
    found: dict[str, str] = {}
    for column in header:
        folded = column.strip().casefold().replace("_", " ")
        for key, names in SAME.items():
            if folded in names and key not in found:
                found[key] = column
                break
    return found


def step_of(cells: Mapping[str, str], place: str) -> Step:
    """Read one row; raise BadEvent with its place."""
    for key in ("source", "target"):
        if not cells.get(key):
            raise BadEvent(f"{place}.{key}", "a name is required here", "此处须填名称")
    since, until = (day_of(cells.get(key, ""), f"{place}.{key}") for key in ("from", "to"))
    if since and until and until[:10] < since[:10]:
        raise BadEvent(f"{place}.to", "it ends before it begins", "止于不应早于始于")
    return Step(
        source=cells["source"],
        target=cells["target"],
        source_item=cells.get("source_item", ""),
        target_item=cells.get("target_item", ""),
        job=cells.get("job", ""),
        transformation=kinds_of(cells.get("transformation", ""), place),
        masking=cells.get("masking", "").casefold() in YES,
        note=cells.get("note", ""),
        since=since,
        until=until,
        place=place,
    )


def kinds_of(text: str, place: str) -> str:
    """Give the IRIs of the transformations that a text names, apart by spaces."""
    listed = code_list("transformation")
    found = []
    for word in text.replace("，", " ").replace(",", " ").split():
        concept = listed.by_iri(word) or listed.by_notation(word) or listed.match(word)
        if concept is None:
            raise BadEvent(
                f"{place}.transformation", f"“{word[:40]}” is no transformation",
                f"“{word[:40]}”不是加工方式")  # fmt: skip
        found.append(concept.iri)
    return " ".join(sorted(found))


def day_of(text: str, place: str) -> str:
    """Read a day, or a time whose day counts; "" for none."""
    if not text:
        return ""
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        raise BadEvent(place, f"“{text[:20]}” is no day like 2026-11-23",
                       f"“{text[:20]}”不是形如 2026-11-23 的日期") from None  # fmt: skip
    return text if "T" in text else text[:10]


def prov_steps(data: bytes, form: RdfFormat) -> Iterator[Step]:
    """Give the derivations that an RDF file states, plain and qualified alike."""
    text = data.lstrip(b"\xef\xbb\xbf")
    if form is RdfFormat.JSON_LD and depth(text) > DEEPEST:
        raise Unreadable("The file is nested too deep.", "文件嵌套过深。")
    if b"<!DOCTYPE" in text[:2000]:
        raise Unreadable("A DOCTYPE is not read.", "不接受 DOCTYPE。")
    said: dict[str, dict[str, list[str]]] = {}
    try:
        for quad in parse(text, form):
            if isinstance(quad.object, NamedNode) or hasattr(quad.object, "value"):
                about = said.setdefault(str(quad.subject).strip("<>"), {})
                value = quad.object.value if hasattr(quad.object, "value") else ""
                about.setdefault(quad.predicate.value, []).append(value)
    except (SyntaxError, ValueError) as error:
        raise Unreadable(f"This is no RDF: {error}.", f"不是可读的 RDF：{error}。") from error
    yield from derivations(said)


def depth(text: bytes) -> int:
    """Give how deep the brackets of a JSON text nest."""
    deepest = now = 0
    for found in BRACKETS.finditer(text):
        now += 1 if found[0] in b"[{" else -1
        deepest = max(deepest, now)
    return deepest


def derivations(said: Mapping[str, Mapping[str, list[str]]]) -> Iterator[Step]:
    """Give the steps of statements by subject and property."""
    for target, about in said.items():
        for source in about.get(PROV.wasDerivedFrom.value, ()):
            yield Step(source, target)
        for activity in about.get(PROV.wasGeneratedBy.value, ()):
            for source in said.get(activity, {}).get(PROV.used.value, ()):
                yield Step(source, target, job=activity)


def take_steps(instance: Instance, steps: list[Step], teller: Teller) -> Taken:
    """Take steps in as one change: what they tell begins when they say, or now."""
    return patiently(lambda: _take_steps(instance, steps, teller))


def _take_steps(instance: Instance, steps: list[Step], teller: Teller) -> Taken:
    taking = Taking(instance, teller)
    edges = [edge for step in steps for edge in edges_for(taking, step, teller.actor)]
    at = teller.at.isoformat(timespec="seconds")
    taking.tell(Account(tuple(unified(edges)), at))
    return taking.finish()


def edges_for(taking: Taking, step: Step, actor: str) -> Iterator[Edge]:
    """Give the edges of one step: between datasets, and between items where those are named."""
    names, place = taking.names, f"{step.place}." if step.place else ""
    source = meant(names, step.source, f"{place}source")
    target = meant(names, step.target, f"{place}target")
    job = named_job(taking, step.job)
    edge = Edge(source, target, job, held_from=step.since, held_to=step.until, author=actor)
    kinds = tuple(step.transformation.split())
    fine = replace(edge, transformations=kinds, masking=step.masking, note=step.note)
    if not (step.source_item and step.target_item):
        if source == target:
            raise BadEvent(f"{place}source", "nothing is made of itself", "不能由自身加工而成")
        yield fine
        return
    items = names.item(source, Field(step.source_item)), names.item(target, Field(step.target_item))
    if source != target:
        yield edge
    yield replace(fine, source=items[0], target=items[1])


def meant(names: Names, text: str, place: str) -> str:
    """Give what people mean by a name: what is known by it, else what alone is titled so, else a stub.

    Raises BadEvent where several are titled so.
    """
    name = name_of(text)
    if names.known(name):
        return names.dataset(name)
    titled = names.titled(text)
    if len(titled) > 1:
        several = ", ".join(each.partition("/id/")[2] or each for each in titled[:5])
        raise BadEvent(place, f"several are called “{text[:60]}”: name one by its code ({several})",
                       f"有多个条目名为“{text[:60]}”，请填代码（{several}）")  # fmt: skip
    return titled[0] if titled else names.dataset(name)


def name_of(text: str) -> Name:
    """Give the name that a text means: an IRI, a code of ours, else a physical name."""
    namespace, space, name = text.partition(" ")
    if space:
        return Name(namespace, name)
    return Name("govgraph", text)


def named_job(taking: Taking, text: str) -> str:
    """Give the IRI of a job by its IRI or name, which is kept; "" for none."""
    if not text or "://" in text:
        return text
    return keep_job(taking, Name("govgraph", text))
