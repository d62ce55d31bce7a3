"""A process that reads strangers' files or texts gives up what it does not need.

It dies with its parent, takes no more memory and time than it is allowed, leaves no core behind,
and the kernel refuses it sockets and new programs (a seccomp filter on x86_64 and aarch64).
Called once in a child, before it sees the first byte: the kernel keeps these promises then, also
when a parser or the engine is made to run wild. Elsewhere the limits alone hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2

ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EACCES
KILL = 0x80000000

# machine: (audit architecture, system calls refused). socket, connect, socketpair, io_uring_setup
# (which can make sockets), execve, execveat, ptrace: linux/arch/x86/entry/syscalls/syscall_64.tbl
# and include/uapi/asm-generic/unistd.h.
REFUSED: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (0xC000003E, (41, 42, 53, 425, 59, 322, 101)),
    "aarch64": (0xC00000B7, (198, 203, 199, 425, 221, 281, 117)),
}
X32 = 0x40000000  # x86_64's second table of system calls begins here

LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER_AT, ARCHITECTURE_AT = 0, 4  # struct seccomp_data
GRACE = 5  # seconds of CPU between the signal that can be caught and the end


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def confine(*, memory: int, parent: int, seconds: int | None = None) -> None:
    """Bind this process: `memory` bytes of address space, `seconds` of CPU, dies with `parent`."""
    die_with(parent)
    limit(resource.RLIMIT_AS, memory, memory)  # macOS knows none
    if seconds is not None:
        limit(resource.RLIMIT_CPU, seconds, seconds + GRACE)
    limit(resource.RLIMIT_CORE, 0, 0)
    refuse_calls()


def die_with(parent: int) -> None:
    """Have the kernel kill this process when `parent`, which started it, ends."""
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
        if os.getppid() != parent:  # it ended before we could say so
            os._exit(1)


def limit(what: int, soft: int, hard: int) -> None:
    """Set a limit; a hard one that is lower than ours is as good."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (soft, hard))


def refuse_calls() -> bool:
    """Refuse this process all sockets and programs from now on; say whether the kernel agreed."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in REFUSED:
        return False
    text = filter_program(machine)
    program = _Program(len(text) // 8, text)
    if _prctl(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1)) != 0:
        return False
    mode = ctypes.c_ulong(SECCOMP_MODE_FILTER)
    return _prctl(PR_SET_SECCOMP, mode, ctypes.byref(program)) == 0


def filter_program(machine: str) -> bytes:
    """Write the filter: another architecture dies, the listed calls are refused, the rest pass."""
    architecture, calls = REFUSED[machine]
    checks = len(calls)
    lines = [
        _instruction(LOAD, ARCHITECTURE_AT),
        _instruction(JUMP_IF_EQUAL, architecture, when=1),
        _instruction(RETURN, KILL),
        _instruction(LOAD, NUMBER_AT),
        _instruction(JUMP_IF_AT_LEAST, X32, when=checks + 1),
    ]
    lines += [_instruction(JUMP_IF_EQUAL, call, when=checks - at) for at, call in enumerate(calls)]
    return b"".join([*lines, _instruction(RETURN, ALLOW), _instruction(RETURN, REFUSE)])


def _instruction(code: int, value: int, *, when: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, when, otherwise, value)


def _prctl(option: int, *values: object) -> int:
    """Ask the kernel; 0 when it agrees."""
    rest = (ctypes.c_ulong(0),) * (4 - len(values))
    return int(ctypes.CDLL(None, use_errno=True).prctl(option, *values, *rest))
