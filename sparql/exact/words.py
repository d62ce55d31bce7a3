"""The signs of SPARQL 1.1, read one by one where the grammar says which may stand.

What is none of them is not read at all (`Unread`): a text is rewritten whole, or not at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

UNIT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
LOCAL = r"(?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
SKIP: Final = re.compile(r"(?:\s+|#[^\n\r]*+)*+")
IRI: Final = re.compile(rf'<(?:[^<>"{{}}|^`\\\x00-\x20]|{UNIT})*+>')
NAME: Final = re.compile(
    rf"(?:[^\W\d_](?:[\w·.-]*[\w·-])?)?:(?:(?:{LOCAL})(?:(?:{LOCAL}|\.)*(?:{LOCAL}))?)?"
)
BLANK: Final = re.compile(r"_:\w(?:[\w·.-]*[\w·-])?")
VARIABLE: Final = re.compile(r"[?$][\w·]+")
STRING: Final = re.compile(
    r"'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*+'{3}"
    r'|"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3}'
    r"|'(?:[^'\\\n\r]|\\.)*+'"
    r'|"(?:[^"\\\n\r]|\\.)*+"',
    re.DOTALL,
)
LANGUAGE: Final = re.compile(r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?")
NUMBER: Final = re.compile(
    r"(?:[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)"
)
SIGN: Final = re.compile(r"[+-]\s*(?=[0-9.])")
WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+")
ESCAPE: Final = re.compile(rf"{UNIT}|\\.", re.DOTALL)
SHORT: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Unread(Exception):
    """The text is not read, at `at`."""


@dataclass(slots=True)
class Words:
    """A text that is read from its beginning to its end."""

    text: str
    base: str | None = None
    at: int = 0
    prefixes: dict[str, str] = field(default_factory=dict)

    def skip(self) -> None:
        """Pass over white space and comments."""
        found = SKIP.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def sees(self, sign: re.Pattern[str]) -> str:
        """Give the sign that is next, "" where it is none of that kind."""
        self.skip()
        found = sign.match(self.text, self.at)
        return found[0] if found else ""

    def takes(self, sign: re.Pattern[str]) -> str:
        """Take a sign of a kind where it is next; "" where it is not."""
        found = self.sees(sign)
        self.at += len(found)
        return found

    def must(self, sign: re.Pattern[str]) -> str:
        """Take a sign that has to be next."""
        return self.takes(sign) or self.fail()

    def ahead(self, *marks: str) -> str:
        """Give the first of some marks that is next."""
        self.skip()
        return next((each for each in marks if self.text.startswith(each, self.at)), "")

    def has(self, *marks: str) -> str:
        """Take the first of some marks that is next."""
        found = self.ahead(*marks)
        self.at += len(found)
        return found

    def mark(self, mark: str) -> str:
        """Take a mark that has to be next."""
        return self.has(mark) or self.fail()

    def word(self) -> str:
        """Give the word that is next, in capitals; a name with a prefix is none."""
        return "" if self.sees(NAME) else self.sees(WORD).upper()

    def says(self, *words: str) -> str:
        """Take a word where it is one of some."""
        found = self.word()
        if found not in words:
            return ""
        self.at += len(found)
        return found

    def fail(self) -> str:
        """Give up."""
        raise Unread(self.at)

    # Names ---------------------------------------------------------------------------------------

    def prologue(self) -> str:
        """Take BASE and PREFIX, and give them as they are written."""
        begin = self.at
        while word := self.says("BASE", "PREFIX"):
            if word == "BASE":
                self.base = self.resolved(self.must(IRI))
                continue
            name = self.must(NAME)
            self.prefixes[name] = self.resolved(self.must(IRI))
        return self.text[begin : self.at]

    def resolved(self, said: str) -> str:
        """Give the IRI that stands between brackets."""
        iri = unescaped(said[1:-1])
        return urljoin(self.base, iri) if self.base else iri

    def iri(self) -> tuple[str, str]:
        """Take an IRI; give it as it is written, and in full."""
        if said := self.takes(IRI):
            return said, self.resolved(said)
        said = self.takes(NAME) or self.fail()
        prefix, colon, local = said.partition(":")
        whole = self.prefixes.get(prefix + colon, "") + re.sub(r"\\(.)", r"\1", local)
        return said, whole


def unescaped(text: str) -> str:
    """Give what a text with escapes says."""

    def one(found: re.Match[str]) -> str:
        said = found[0]
        return chr(int(f"0x{said[2:]}", base=0)) if said[1] in "uU" else SHORT.get(said[1], said[1])

    return ESCAPE.sub(one, text)


def inside(string: str) -> str:
    """Give what a string between quotation marks says."""
    wide = 3 if string[:3] in {'"""', "'''"} else 1
    return unescaped(string[wide:-wide])
