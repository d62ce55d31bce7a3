"""The killable process in which a person's update, or a person's file, becomes statements.

Run as `python -m sparql.resolving`: the task comes as one JSON text on standard input, the answer
leaves by standard output. It confines itself first (memory, processor time, no sockets), and its
parent ends it when the wall clock has run out. It writes to nothing but its own scratch folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, RdfFormat, Store, Triple, parse

from graph.confine import confine
from graph.views.exact import HERE, exact_of, exact_store, opened
from graph.views.stores import copy_store
from ontology.errors import GovgraphError, QueryRefused
from sparql.exact.reading import names_any
from sparql.guard import malformed
from sparql.query import View
from sparql.updating import Difference, Resolver, Statements, Using
from sparql.workers.faults import out_of_time, why_it_died

SECONDS = 30
MEMORY = 2 * 1024**3

Lines = dict[str, list[str]]  # N-Triples lines by named graph; "" is the default graph


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an update takes away and brings, as N-Triples lines by named graph."""

    added: Lines
    removed: Lines


def resolved(view: View, text: str, using: Using, own: str = "") -> Resolved:
    """Resolve an update against a view; raises QueryRefused with what was wrong.

    `own` is the graph that stands for the default one where that is no merge.
    """
    with tempfile.TemporaryDirectory(prefix="check-update-", dir=view.path.parents[2]) as folder:
        task = {
            "store": str(view.path / "store"),
            "scratch": f"{folder}/store",
            "text": text,
            "default": using.default,
            "named": using.named,
            "own": own,
        }
        answer = done(task)
    return Resolved(answer["added"], answer["removed"])


def read_statements(body: bytes, media_type: str, base: str) -> list[str]:
    """Read a person's file; blank nodes stay blank. Raises QueryRefused for one that is broken."""
    with tempfile.NamedTemporaryFile(prefix="store-") as file:
        file.write(body)
        file.flush()
        answer = done({"file": file.name, "format": media_type, "base": base})
    lines: list[str] = answer["lines"]
    return lines


def done(task: dict[str, Any]) -> dict[str, Any]:
    """Have a child do a task, and give its answer."""
    told = json.dumps({**task, "parent": os.getpid()})
    try:
        child = subprocess.run(
            [sys.executable, "-m", "sparql.resolving"],
            input=told.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=Path(__file__).parent.parent,
        )
    except subprocess.TimeoutExpired:
        raise out_of_time(SECONDS) from None
    if child.returncode:
        raise why_it_died(-child.returncode)
    answer: dict[str, Any] = json.loads(child.stdout)
    if "syntax" in answer:
        raise malformed(answer["syntax"])
    if "refused" in answer:
        raise QueryRefused(*answer["refused"])
    return answer


def main() -> None:
    """Read the task, confine this process, do it."""
    task = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is no answer
    confine(memory=MEMORY, seconds=SECONDS, parent=task["parent"])
    json.dump(_answer(task), out, ensure_ascii=False)
    out.flush()


def _answer(task: dict[str, Any]) -> dict[str, Any]:
    try:
        return _read(task) if "file" in task else _resolve(task)
    except SyntaxError as error:
        return {"syntax": str(error)}
    except GovgraphError as error:
        return {"refused": [error.en, error.zh]}
    except (ValueError, OSError) as error:
        return {"refused": [f"It could not be read: {error}", f"无法读取：{error}"]}


def _resolve(task: dict[str, Any]) -> dict[str, Any]:
    def scratch() -> Store:
        copy_store(Path(task["store"]), Path(task["scratch"]))
        exact = exact_of(store) or (HERE if names_any(task["text"]) else None)
        return exact_store(Store(task["scratch"]), exact)

    using = Using(tuple(task["default"]), tuple(task["named"]))
    store, own = opened(task["store"]), task["own"]
    found = Resolver(store, scratch, using, own).resolve(task["text"])
    return _told(found)


def _told(found: Difference) -> dict[str, Any]:
    return {"added": _lines(found.added), "removed": _lines(found.removed)}


def _lines(statements: Statements) -> Lines:
    return {g: sorted(f"{each} ." for each in found) for g, found in statements.items() if found}


def _read(task: dict[str, Any]) -> dict[str, Any]:
    form = RdfFormat.from_media_type(task["format"])
    assert form is not None
    if form == RdfFormat.RDF_XML and b"<!DOCTYPE" in Path(task["file"]).read_bytes():
        why = "A DOCTYPE is not read.", "不接受含 DOCTYPE 的文件。"
        raise QueryRefused(*why)
    store = exact_store(Store(), HERE)
    for quad in parse(path=task["file"], format=form, base_iri=task["base"]):
        store.add(quad)
    return {"lines": sorted({f"{_triple(each.triple)} ." for each in store})}


def _triple(triple: Triple) -> Triple:
    """Refuse what no graph here can hold."""
    if isinstance(triple.object, Triple) or isinstance(triple.predicate, BlankNode):
        why = "Statements about statements cannot be kept here.", "暂不支持以语句为对象的语句。"
        raise QueryRefused(*why)
    return triple


if __name__ == "__main__":
    main()
