"""The secrets of an instance: made once, kept in the home in a file that only its owner can read.

`session` signs cookies and links in mails, `totp` encrypts the seeds of one-time codes, `codes` recovery
codes, `names` the real names of registered people. Without the file none of these can be read again.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet

from graph.home import KEYS_FILE


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets, each a text of its own."""

    session: str
    salt: str
    totp: str
    codes: str
    names: str

    def __repr__(self) -> str:
        """Show nothing: a secret in a log is none."""
        return "Keys(…)"


def new_keys() -> Keys:
    """Make secrets at random."""
    return Keys(
        session=secrets.token_urlsafe(48),
        salt=secrets.token_urlsafe(24),
        totp=secrets.token_urlsafe(32),
        codes=Fernet.generate_key().decode(),
        names=Fernet.generate_key().decode(),
    )


def keys_of(home: Path) -> Keys:
    """Give the secrets of an instance, made now where there are none.

    Two processes that begin together end with the same: the first to link its file wins.
    """
    path = home / KEYS_FILE
    if not path.exists():
        mine = home / f"{KEYS_FILE}.{os.getpid()}-{secrets.token_hex(4)}"
        with open(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
            json.dump(asdict(new_keys()), file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(mine, path)
        except FileExistsError:
            pass  # another was faster: its keys count
        finally:
            mine.unlink()
    return Keys(**json.loads(path.read_text("utf-8")))
