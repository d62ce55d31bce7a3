"""The killable process that reads an uploaded workbook: confined before it opens the file.

Run as `python -m graph.bulk.child`; its task comes as one JSON text on standard input, its answer
leaves by standard output.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from graph.bulk.reading import read
from graph.confine import confine
from ontology.errors import Unreadable


def main() -> None:
    """Read the task, confine this process, do it."""
    task = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else is printed is no answer
    confine(memory=task["memory"], seconds=task["seconds"], parent=task["parent"])
    try:
        answer = read(Path(task["path"]))
    except Unreadable as error:
        answer = {"unreadable": [error.en, error.zh]}
    except (MemoryError, RecursionError):
        answer = {"overrun": True}
    json.dump(answer, out, ensure_ascii=False)
    out.flush()


if __name__ == "__main__":
    main()
