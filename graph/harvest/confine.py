"""A process that reads strangers' files gives up what it does not need: memory, network, life.

Called once in a child, before the first byte of the file: the kernel keeps these promises then,
also when the parser is made to run wild. On systems without prctl the memory limit alone holds.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from contextlib import suppress

PR_SET_PDEATHSIG = 1
PR_SET_SECCOMP = 22
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2
SECCOMP_RET_ALLOW = 0x7FFF0000
SECCOMP_RET_EPERM = 0x00050001

# Classic BPF, as <linux/filter.h> has it.
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
OFFSET_NUMBER, OFFSET_ARCHITECTURE = 0, 4

# Machine -> (its audit number, the calls refused: socket, socketpair, execve, ptrace,
# execveat, io_uring_setup). Numbers from the kernel's own tables.
REFUSED = {
    "x86_64": (0xC000003E, (41, 53, 59, 101, 322, 425)),
    "aarch64": (0xC00000B7, (198, 199, 221, 117, 281, 425)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine(*, memory: int, seconds: int, parent: int) -> None:
    """Bind this process: `memory` bytes of address space, `seconds` of CPU, dies with `parent`."""
    with suppress(ValueError, OSError):  # a hard limit lower than ours is as good
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _die_with(parent)
        _refuse_calls()


def _die_with(parent: int) -> None:
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we could say so
        os._exit(1)


def _refuse_calls() -> bool:
    """Refuse sockets and new programs to this process; say whether the kernel agreed."""
    if platform.machine() not in REFUSED:
        return False
    program = _filter(*REFUSED[platform.machine()])
    buffer = ctypes.create_string_buffer(program, len(program))
    rules = _Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_char_p))
    if _prctl(PR_SET_NO_NEW_PRIVS, 1) != 0:
        return False
    return _prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(rules)) == 0


def _filter(architecture: int, refused: tuple[int, ...]) -> bytes:
    steps = [
        (LOAD_WORD, 0, 0, OFFSET_ARCHITECTURE),
        (JUMP_IF_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, SECCOMP_RET_ALLOW),
        (LOAD_WORD, 0, 0, OFFSET_NUMBER),
    ]
    for left, number in enumerate(refused):
        steps.append((JUMP_IF_EQUAL, len(refused) - left, 0, number))
    steps += [(RETURN, 0, 0, SECCOMP_RET_ALLOW), (RETURN, 0, 0, SECCOMP_RET_EPERM)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _prctl(option: int, value: int, pointer: int = 0) -> int:
    call = ctypes.CDLL(None, use_errno=True).prctl
    zero = ctypes.c_ulong(0)
    done = call(option, ctypes.c_ulong(value), ctypes.c_ulong(pointer), zero, zero)
    return int(done)
