"""How passwords are hashed: argon2id, as OWASP advises; the same here and in the sign-in library."""

from __future__ import annotations

from argon2 import PasswordHasher

MEMORY, TIME, PARALLEL = 19456, 2, 1  # KiB, passes, lanes


def hashed(password: str) -> str:
    """Give the hash of a password, for accounts made on the command line."""
    return PasswordHasher(time_cost=TIME, memory_cost=MEMORY, parallelism=PARALLEL).hash(password)
