"""Terms as every format can carry them: what one serialisation could not say, none of them says.

An illegal IRI is mended by escaping (RFC 3986 §2.1) or left out; a text loses the characters that
XML 1.0 §2.2 forbids and its line ends become the one that XML keeps (§2.11); a property must end
in an XML name, or RDF/XML cannot write it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

Term = NamedNode | Literal

FORBIDDEN = r"\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff\ufffe\uffff"
MENDED = re.compile(rf"[{FORBIDDEN}]|%(?![0-9A-Fa-f]{{2}})")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
WRITABLE = re.compile(r".*[A-Za-z_][A-Za-z0-9_.-]*", re.DOTALL)
NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ODD = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
LINE_END = re.compile(r"\r\n?")
TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def portable_iri(node: NamedNode, base: str) -> NamedNode | None:
    """Give a name that may stand in an export, None where it cannot be mended.

    A relative one is taken to be relative to the catalogue, whose address is `base`.
    """
    return node if legal(node.value) else iri_of(node.value, base)


def legal(text: str) -> bool:
    """Say whether a text is an absolute IRI, as the strictest reader has it."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def iri_of(text: str, base: str) -> NamedNode | None:
    """Give the name that a text means, None where it means none."""
    mended = MENDED.sub(lambda match: quote(match[0], safe="", errors="replace"), text.strip())
    absolute = mended if SCHEME.match(mended) else f"{base}/{mended.lstrip('/')}"
    try:
        return NamedNode(absolute)
    except ValueError:
        return None


def portable_literal(literal: Literal) -> Literal:
    """Give a text that may stand in an export; one in no real language or datatype is plain."""
    text, language, datatype = literal.value, literal.language, literal.datatype
    if not real(language, datatype):
        return Literal(portable_text(text))
    if not ODD.search(text):
        return literal
    text = portable_text(text)
    return Literal(text, language=language) if language else Literal(text, datatype=datatype)


@lru_cache(maxsize=256)
def real(language: str | None, datatype: NamedNode) -> bool:
    """Say whether a language and a datatype are some that every reader takes."""
    return (language is None or TAG.fullmatch(language) is not None) and legal(datatype.value)


def portable_text(text: str) -> str:
    """Give a text without characters that XML forbids, with plain line ends."""
    return NOT_XML.sub("", LINE_END.sub("\n", text))


def portable_property(name: NamedNode) -> bool:
    """Say whether every format can write a property of this name."""
    return legal(name.value) and WRITABLE.fullmatch(name.value) is not None


class Portable:
    """Makes the terms of one page portable, each name once."""

    def __init__(self, base: str) -> None:
        """Begin for a catalogue at this address."""
        self.base = base
        self._names: dict[NamedNode, NamedNode | None] = {}

    def __call__(self, value: Term) -> Term | None:
        """Give a value as every format can carry it, None where none could."""
        return portable_literal(value) if isinstance(value, Literal) else self.iri(value)

    def iri(self, name: NamedNode) -> NamedNode | None:
        """Give a name as every format can carry it, None where none could."""
        if name not in self._names:
            self._names[name] = portable_iri(name, self.base)
        return self._names[name]
