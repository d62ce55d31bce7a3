"""The short digest in codes and names: the same words give the same ten characters for ever."""

from __future__ import annotations

import hashlib
from base64 import b32encode

LENGTH = 10
JOINT = "\x1f"
BLOCK = 5, 8  # bytes, and the characters they become


def short_digest(*parts: str, length: int = LENGTH) -> str:
    """Give the first characters (32 at most) of the lowercase base32 SHA-1 of some texts."""
    text = JOINT.join(parts).encode("utf-8", "replace")
    digest = hashlib.sha1(text, usedforsecurity=False).digest()
    enough = digest[: -(-length // BLOCK[1]) * BLOCK[0]]
    return b32encode(enough)[:length].decode().lower()
