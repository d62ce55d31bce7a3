"""`python -m web` is `govgraph`, and `govgraph` is this."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import NoReturn

from web.commands.door import main


def run() -> NoReturn:
    """Run a command, and end with it.

    Taking down an interpreter that has loaded a catalogue takes seconds: each thing that it knew of
    is let go of by itself. The system takes all of it back at once.
    """
    status: object = 0
    try:
        main()
    except SystemExit as end:
        status = end.code
    leave(status)


def leave(status: object) -> NoReturn:
    """End the process as `sys.exit` does, but for taking the interpreter down."""
    if status is not None and not isinstance(status, int):
        print(status, file=sys.stderr)  # noqa: T201 - as the interpreter does
        status = 1
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - waits for threads as the interpreter does
    atexit._run_exitfuncs()  # noqa: SLF001 - nothing else runs them
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # nobody reads it any more
            status = status or 1
    os._exit(status or 0)


if __name__ == "__main__":
    run()
