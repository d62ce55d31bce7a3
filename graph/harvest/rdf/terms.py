"""IRIs as strangers write them, and what they certainly meant.

All functions work on the text of N-Triples: `<iri>`, `"literal"@zh`, `_:b`. Relative IRIs come from
the parser under `RELATIVE`, a base that no one has, until the document's own base is known.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urljoin

from pyoxigraph import NamedNode

from graph.harvest.rdf.kinds import EXTRA_PREFIXES

RELATIVE = "https://relative.invalid/r/"
RELATIVE_HOST = "https://relative.invalid/"
RELATIVE_TEXT = "<" + RELATIVE_HOST
RELATIVE_TYPE = '"^^' + RELATIVE_TEXT
DOCUMENT = f"<{RELATIVE}>"  # the document itself: <>, about=""

# Namespaces as they are often written wrongly -> right. Only where the two are surely one.
NAMESPACES = {
    "https://schema.org/": "http://schema.org/",
    "https://www.w3.org/ns/dcat#": "http://www.w3.org/ns/dcat#",
    "http://www.w3.org/ns/dcat/": "http://www.w3.org/ns/dcat#",
    "https://www.w3.org/ns/dcat/": "http://www.w3.org/ns/dcat#",
    "http://w3.org/ns/dcat#": "http://www.w3.org/ns/dcat#",
    "https://purl.org/dc/terms/": "http://purl.org/dc/terms/",
    "http://purl.org/dc/terms#": "http://purl.org/dc/terms/",
    "http://dublincore.org/documents/dcmi-terms/#": "http://purl.org/dc/terms/",
    "https://xmlns.com/foaf/0.1/": "http://xmlns.com/foaf/0.1/",
    "http://xmlns.com/foaf/spec/": "http://xmlns.com/foaf/0.1/",
    "https://www.w3.org/2006/vcard/ns#": "http://www.w3.org/2006/vcard/ns#",
    "https://www.w3.org/ns/adms#": "http://www.w3.org/ns/adms#",
    "https://www.w3.org/2004/02/skos/core#": "http://www.w3.org/2004/02/skos/core#",
    "https://www.w3.org/ns/prov#": "http://www.w3.org/ns/prov#",
    "https://www.w3.org/1999/02/22-rdf-syntax-ns#": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "https://data.europa.eu/r5r/": "http://data.europa.eu/r5r/",
    "https://publications.europa.eu/resource/authority/": (
        "http://publications.europa.eu/resource/authority/"
    ),
}
VARIANTS = tuple("<" + variant for variant in NAMESPACES)

# Terms that do not exist, written for terms that do.
MISSPELT = {
    "http://purl.org/dc/terms/issue": "http://purl.org/dc/terms/issued",
    "http://purl.org/dc/terms/landingpage": "http://www.w3.org/ns/dcat#landingPage",
    "http://purl.org/dc/terms/landingPage": "http://www.w3.org/ns/dcat#landingPage",
    "http://purl.org/dc/terms/licence": "http://purl.org/dc/terms/license",
    "http://purl.org/dc/terms/keyword": "http://www.w3.org/ns/dcat#keyword",
    "http://purl.org/dc/terms/theme": "http://www.w3.org/ns/dcat#theme",
    "http://purl.org/dc/terms/accessURL": "http://www.w3.org/ns/dcat#accessURL",
    "http://purl.org/dc/terms/downloadURL": "http://www.w3.org/ns/dcat#downloadURL",
    "http://www.w3.org/ns/dcat#accessUrl": "http://www.w3.org/ns/dcat#accessURL",
    "http://www.w3.org/ns/dcat#downloadUrl": "http://www.w3.org/ns/dcat#downloadURL",
    "http://www.w3.org/ns/dcat#landingpage": "http://www.w3.org/ns/dcat#landingPage",
    "http://www.w3.org/ns/dcat#title": "http://purl.org/dc/terms/title",
    "http://www.w3.org/ns/dcat#description": "http://purl.org/dc/terms/description",
    "http://www.w3.org/ns/dcat#license": "http://purl.org/dc/terms/license",
    "http://www.w3.org/ns/dcat#bytes": "http://www.w3.org/ns/dcat#byteSize",
}

_ILLEGAL = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f]")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[A-Za-z][\w+.-]*://(?:[^/?#\[\]]*@)?(?:\[[0-9A-Fa-f:.]+\])?")
_BRACKET = re.compile(r"[\[\]]")
_IN_FRAGMENT = re.compile(r"[\[\]#]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CURIE = re.compile(r"<([a-z]+):([A-Za-z][\w-]*)>")
_WEB = re.compile(r"www\.[\w-]+\.[\w.-]+(?:[/?#].*)?")
_MAIL = re.compile(r"[^@\s:/]+@[\w-]+(?:\.[\w-]+)+")

# An object IRI that starts with none of these needs a second look.
PLAIN = ("<http://", "<https://", "<mailto:", "<tel:", "<urn:")


def is_odd(value: str) -> bool:
    """Say whether an IRI's text may be one that `mended_iri` changes."""
    return not value.startswith(PLAIN) or value.startswith((RELATIVE_TEXT, *VARIANTS))


@lru_cache(maxsize=4096)
def plain_type(value: str) -> str:
    """Give a class or property with its prefix expanded and its namespace set right."""
    return vocabulary_term(value)[0]


@lru_cache(maxsize=4096)
def vocabulary_term(value: str) -> tuple[str, str]:
    """Give a class or property as it was meant, and the rule that mended it ("" if none)."""
    mended = prefixed(value) or variant(value)
    rule = ("prefix" if prefixed(value) else "namespace") if mended else ""
    mended = mended or value
    if mended[1:-1] in MISSPELT:
        return f"<{MISSPELT[mended[1:-1]]}>", "term"
    return mended, rule


def prefixed(value: str) -> str | None:
    """Give `<dct:title>` as the IRI that was meant, or None if it is no such thing."""
    found = _CURIE.fullmatch(value)
    if not found or found[1] not in EXTRA_PREFIXES:
        return None
    return f"<{EXTRA_PREFIXES[found[1]]}{found[2]}>"


def variant(value: str) -> str | None:
    """Give the IRI in the namespace that was meant, or None if there is nothing to mend."""
    for wrong, right in NAMESPACES.items():
        if value.startswith(wrong, 1):
            return f"<{right}{value[len(wrong) + 1 :]}"
    return None


def legal_iri(iri: str) -> str:
    """Give an IRI with every character that may not stand where it does percent-encoded."""
    iri = _BAD_PERCENT.sub("%25", _ILLEGAL.sub(_encoded, iri.strip()))
    start, mark, fragment = iri.partition("#")
    host = _HOST.match(start)
    cut = host.end() if host else 0  # brackets may only stand around an IPv6 address
    rest = _BRACKET.sub(_encoded, start[cut:])
    return start[:cut] + rest + mark + _IN_FRAGMENT.sub(_encoded, fragment)


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="")


def is_lawful(iri: str) -> bool:
    """Say whether the store would take this IRI."""
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return True


def is_absolute(iri: str) -> bool:
    """Say whether an IRI has a scheme."""
    return _SCHEME.match(iri) is not None


def under_relative(iri: str) -> str:
    """Give a relative reference as the parser would have under the base `RELATIVE`."""
    return urljoin(RELATIVE, iri)


def reference_of(value: str) -> str | None:
    """Give the relative reference that stood in the file for `<iri>`, or None if it was whole."""
    if not value.startswith(RELATIVE_TEXT):
        return None
    iri = value[1:-1]
    return iri[len(RELATIVE) :] if iri.startswith(RELATIVE) else "/" + iri[len(RELATIVE_HOST) :]


def resolved(reference: str, base: str) -> str:
    """Give the IRI that a relative reference stands for in a document of this base."""
    if _WEB.fullmatch(reference):
        return "http://" + reference
    if _MAIL.fullmatch(reference):
        return "mailto:" + reference
    return urljoin(base, reference)


def mended_subject(value: str, base: str) -> str:
    """Give a subject's text as it was meant in a document of this base."""
    if value[0] == "_" or not is_odd(value):
        return value
    reference = reference_of(value)
    if reference is not None:
        return f"<{resolved(reference, base)}>"
    return prefixed(value) or variant(value) or value


def with_type_completed(literal: str, base: str) -> str:
    """Give a literal whose data type is relative with the type completed."""
    text, mark, type_ = literal.rpartition("^^")
    return text + mark + mended_subject(type_, base)
