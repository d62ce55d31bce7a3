"""maplib beside us, where it is there: `uv run --group bench --with maplib==0.20.26 python -m tests.bench`.

It answers SPARQL itself, over columns in the memory of the process that asks (decision 0016), so it is
asked in a process of its own and over no wire: its times are without HTTP, those of the others with it.
It brings some forty packages along, so nothing of ours depends on it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from tests.bench.machine import ROOT

NAME = "maplib"


def is_installed() -> bool:
    """Say whether it is there."""
    return find_spec(NAME) is not None


def times(file: Path, texts: dict[str, list[str]]) -> dict[str, float | None]:
    """Ask each question in all its texts; gives medians in milliseconds, None where it refuses."""
    command = [sys.executable, "-m", __name__, str(file)]
    done = subprocess.run(
        command, input=json.dumps(texts), cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, float | None] = json.loads(done.stdout.splitlines()[-1])
    return found


def median(model: object, texts: list[str]) -> float | None:
    """Ask in this process; the first answer warms up."""
    found = []
    for text in texts:
        began = time.perf_counter()
        try:
            model.query(text)  # type: ignore[attr-defined]
        except Exception:  # noqa: BLE001 - whatever it cannot do, it refuses
            return None
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found[1:])


def main() -> None:
    """Load the file that is named, answer what comes in, and print the times."""
    model = import_module(NAME).Model()
    model.read(sys.argv[1])
    asked = json.loads(sys.stdin.read())
    sys.stdout.write("\n" + json.dumps({name: median(model, asked[name]) for name in asked}) + "\n")


if __name__ == "__main__":
    main()
