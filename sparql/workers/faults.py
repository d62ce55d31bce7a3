"""Why a stranger's query gave no answer: each end of a child and each complaint has a sentence."""

from __future__ import annotations

import signal
from collections.abc import Callable

from ontology.errors import QueryRefused, QueryStopped
from sparql.guard import malformed


class Refused(QueryStopped):
    """The answer cannot be written in any form that the client takes (HTTP 406)."""


class OutOfTime(QueryStopped):
    """The wall clock ended the query."""


class OutOfMemory(QueryStopped):
    """The query needed more memory than it is allowed."""


class Broken(QueryStopped):
    """The child died for a reason of its own."""


def out_of_time(seconds: float) -> OutOfTime:
    """Say that the clock has run out."""
    return OutOfTime(
        f"The query was stopped after {seconds:g} seconds. Ask for less, or add a LIMIT.",
        f"查询运行满 {seconds:g} 秒，已停止。请缩小范围或添加 LIMIT。",
    )


def not_read() -> OutOfTime:
    """Say that the reader kept the answer waiting for too long."""
    return OutOfTime(
        "The answer was not read fast enough and was broken off.",
        "结果读取过慢，传输已中止。",
    )


def _out_of_memory() -> OutOfMemory:
    return OutOfMemory(
        "The query needed more memory than a query may use and was stopped. "
        "Sort or join less, or add more selective patterns.",
        "查询所需内存超过上限，已停止。请减少排序与连接，或加上更有选择性的条件。",
    )


def _too_complex() -> Broken:
    return Broken(
        "The query is too complex for the engine and was stopped. Write it in a simpler form.",
        "查询过于复杂，引擎无法处理，已停止。请改写得简单一些。",
    )


def _broke() -> Broken:
    return Broken(
        "The process that ran the query ended before the answer did. Send the query again.",
        "执行查询的进程中途结束，答案不完整。请重新发送查询。",
    )


DIED: dict[int, Callable[[], QueryStopped]] = {
    signal.SIGABRT: _out_of_memory,
    signal.SIGSEGV: _too_complex,
    signal.SIGBUS: _too_complex,
}


def why_it_died(how: int) -> QueryStopped:
    """Tell from the signal that ended a child why it did."""
    return DIED.get(how, _broke)()


def fault(told: dict[str, str]) -> QueryRefused:
    """Turn what a child tells into an error with its sentence."""
    match told["kind"]:
        case "syntax":
            return malformed(told["says"])
        case "memory":
            return _out_of_memory()
        case "format":
            return Refused(
                "The answer cannot be given in a form that was asked for.",
                "无法以所要求的格式给出结果。",
            )
        case "size":
            return Refused("The answer is larger than may be sent.", "结果超过可发送的大小。")
        case _:
            return Broken(
                f"The engine could not answer: {told['says']}",
                f"引擎无法作答：{told['says']}",
            )
