"""How passwords are hashed (argon2id, as OWASP advises), and which are too easily guessed.

Guesses are counted by zxcvbn, against its lists of leaked passwords and common words, and against
what others know: the person's name, address and department, this site, what people here type.
Nobody has to mix signs (NIST SP 800-63B 5.1.1.2): three or four words will do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import rjieba
from argon2 import PasswordHasher
from zxcvbn import zxcvbn

from ontology.sentences import Sentence

MEMORY, TIME, PARALLEL = 19456, 2, 1  # KiB, passes, lanes
SHORTEST, LONGEST = 12, 128  # characters
LOOKED_AT = 72  # characters in which guesses are counted: more would take long and add nothing
GUESSES = 1e10  # fewer are made in an hour or so by who has the hashes
COMMON_HERE = (
    "govgraph", "woaini", "woaiwojia", "wodemima", "mima", "admin", "guanliyuan", "shanghai", "beijing",
    "zhongguo", "zhengfu", "zhengwu", "shuju", "ziyuan", "mulu", "5201314", "1314520", "a123456", "qq123456",
    "zhangwei", "wangwei", "lina", "government", "catalogue", "data",
    "我爱你", "密码", "管理员", "上海", "政务", "数据",
)  # fmt: skip
ADVICE: Sentence = (
    "Take three or four words that have nothing to do with each other, or with you.",
    "请改用三四个互不相关、也与您无关的词语。",
)
LEAKED: Sentence = (
    "This is among the passwords that leaked most often; they are tried first.",
    "这是最常泄露的密码之一，攻击者会最先尝试。",
)
KNOWN: Sentence = (
    "This is guessed easily: it is made of your name, your address, your department or this site's name.",
    "这个密码容易猜中：其中主要是您的姓名、邮箱、部门或本站名称。",
)
PATTERN: Sentence = (
    "This is guessed easily: rows of keys, numbers in order, dates and repeated pieces are tried at once.",
    "这个密码容易猜中：键盘连键、连续数字、日期和重复片段都会被最先尝试。",
)
EASY: Sentence = (
    "This is guessed easily: it is made of words that many people use.",
    "这个密码容易猜中：其中多是许多人常用的词语。",
)


def hashed(password: str) -> str:
    """Give the hash of a password, for accounts made on the command line."""
    return PasswordHasher(time_cost=TIME, memory_cost=MEMORY, parallelism=PARALLEL).hash(password)


def weakness(password: str, known: Iterable[str] = ()) -> Sentence | None:
    """Say why a password is too easily guessed by who knows these words; None where it is not."""
    words = [*spelled(known), *COMMON_HERE]
    found = zxcvbn(password[:LOOKED_AT], user_inputs=words, max_length=LOOKED_AT)
    if found["guesses"] >= GUESSES:
        return None
    en, zh = reason(found["sequence"])
    return f"{en} {ADVICE[0]}", f"{zh}{ADVICE[1]}"


def reason(pieces: list[dict[str, object]]) -> Sentence:
    """Say by which of its pieces a password is guessed."""
    lists = {str(each.get("dictionary_name")) for each in pieces}
    patterns = {str(each["pattern"]) for each in pieces}
    if len(pieces) == 1 and "passwords" in lists:
        return LEAKED
    if "user_inputs" in lists:
        return KNOWN
    if patterns & {"spatial", "sequence", "repeat", "regex", "date"}:
        return PATTERN
    return EASY


def spelled(known: Iterable[str]) -> Iterator[str]:
    """Give words as they may be typed: whole, their parts, and Chinese ones in pinyin."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - 40 MB that only some need

    for word in known:
        yield word
        yield from (part for part in re.split(r"[\W_]+", word) if len(part) > 2)  # noqa: PLR2004
        if not word.isascii():
            yield from ("".join(lazy_pinyin(piece)) for piece in (word, *rjieba.cut(word)))
