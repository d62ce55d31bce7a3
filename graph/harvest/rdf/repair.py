"""Values mended where their meaning is certain, told of where it is not: never changed in silence.

A value is the object of a statement as N-Triples text. Each property has one kind of value
(`KIND_OF_VALUE`); each kind one function that gives a `Verdict`, or None where all is well.
Only meaning decides: 05/04/2023 could be two days, so it stays as it is and becomes a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from graph.harvest.rdf.dates import LEGAL, XSD, is_improbable, moment_of
from graph.harvest.rdf.kinds import expanded
from graph.harvest.rdf.terms import (
    is_lawful,
    is_odd,
    legal_iri,
    prefixed,
    reference_of,
    resolved,
    variant,
)
from ontology.code_lists import Concept, code_list

Why = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a value: `now` is its new text, None if it was dropped.

    `certain` False means that the value stays and a person should look (a finding).
    """

    rule: str
    now: str | None
    why: Why
    certain: bool = True


LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_MEDIA = re.compile(r"[a-z]+/[\w.+-]+")
_PHONE = re.compile(r"\+?[\d\s().-]{5,20}")
_MAIL = re.compile(r"[^@\s:<>]+@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(r"www\.[\w-]+\.[\w.-]+(?:[/?#].*)?")
_INTEGER, _DECIMAL = re.compile(r"\+?\d+"), re.compile(r"[+-]?\d+(?:\.\d+)?")
_SEGMENT = re.compile(r"[/#:]")
_TAIL_SPACE = (" ", "\\n", "\\t", "\\r", "　")
BLANK = ('""', '" ', '"\\n', '"\\t', '"\\r', '"　')
IANA = "https://www.iana.org/assignments/media-types/"

EMPTY: Why = ("An empty value says nothing; it was left out.", "空值没有内容，已略去。")
RELATIVE: Why = (
    "A relative address was completed with the catalogue's own address.",
    "相对地址已用目录自身的地址补全。",
)
SCHEMELESS: Why = (
    "The address lacked its scheme (http:, mailto:, tel:).",
    "地址缺少协议前缀，已补全。",
)
PREFIX: Why = ("A prefix had not been expanded to its namespace.", "前缀未展开为命名空间，已展开。")
NAMESPACE: Why = ("A well-known namespace was misspelt.", "常用命名空间书写有误，已更正。")
AS_DATE: Why = ("Written as a standard date.", "已写成标准日期。")
NOT_DATE: Why = (
    "This is no date, or could be two; it was left as it is.",
    "无法确定是哪一天，保持原样，请核对。",
)
IMPROBABLE: Why = ("No catalogue can mean this year; please check.", "年份不合理，请核对。")
TYPED: Why = ("The value was given its data type.", "已为该值标明数据类型。")
NOT_NUMBER: Why = ("A number was expected here.", "此处应为数字。")
CODED: Why = ("The word was replaced by the concept it names.", "已用所指的标准概念替换该词。")
UNCODED: Why = (
    "This value is not in the code list and nothing in it surely is.",
    "该值不在代码表中，也无法确定对应哪一项。",
)
AS_IRI: Why = (
    "A web address was written as text; it is a link now.",
    "网址写成了文本，已改为链接。",
)
NOT_IRI: Why = ("A link was expected here, not text.", "此处应为链接而不是文本。")
AS_TEXT: Why = ("Text was expected here, not a link.", "此处应为文本而不是链接，已改为文本。")
TRIMMED: Why = ("Blanks at either end were removed.", "已去掉首尾空白。")


def lexical(value: str) -> str:
    """Give the text of a literal without quotes, type, language and escapes."""
    found = LITERAL.fullmatch(value)
    body = found[1] if found else value
    return _ESCAPE.sub(_unescaped, body) if "\\" in body else body


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(found[3], found[3])


def quoted(text: str) -> str:
    """Give a text as an N-Triples literal without type."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def typed(text: str, name: str) -> str:
    """Give a text as an N-Triples literal of an XML Schema type."""
    return f"{quoted(text)}^^<{XSD}{name}>"


def is_blank(value: str) -> bool:
    """Say whether a literal holds nothing but blanks."""
    return value.startswith(BLANK) and not lexical(value).strip(" \t\r\n　﻿")


def mended_date(value: str) -> Verdict | None:
    """Give a date its standard form and type."""
    if value[0] != '"':
        return None
    found = LITERAL.fullmatch(value)
    text, type_ = lexical(value), (found[3] or "") if found else ""
    moment = moment_of(text)
    if moment is None:
        return Verdict("date", value, NOT_DATE, certain=False)
    if is_improbable(moment):
        return Verdict("improbable-date", value, IMPROBABLE, certain=False)
    if type_ == XSD + moment.type and LEGAL[moment.type].fullmatch(text):
        return None
    rule = "date" if text != moment.text else "untyped"
    return Verdict(rule, typed(moment.text, moment.type), AS_DATE if rule == "date" else TYPED)


def mended_number(value: str, name: str, legal: re.Pattern[str]) -> Verdict | None:
    """Give a number its type, where it is one."""
    if value.endswith(f"^^<{XSD}{name}>") and legal.fullmatch(lexical(value)):
        return None
    text = lexical(value).strip() if value[0] == '"' else ""
    whole = re.sub(r"\.0+$", "", text) if legal is _INTEGER else text
    if legal.fullmatch(whole):
        return Verdict("untyped", typed(whole, name), TYPED)
    return Verdict("number", value, NOT_NUMBER, certain=False)


def _words_in(value: str) -> list[str]:
    """Give what a coded value may be known by: its text, or the last steps of its IRI."""
    if value[0] == '"':
        return [lexical(value).strip()]
    if value[0] != "<":
        return []
    iri = reference_of(value) or value[1:-1]
    return [iri, _SEGMENT.split(iri.rstrip("/#"))[-1].replace("_", " ")]


def concept_in(value: str, list_name: str) -> Concept | None:
    """Give the concept of a list that a value certainly means."""
    codes = code_list(list_name)
    if value[0] == "<" and (found := codes.by_iri(value[1:-1])):
        return found
    for word in _words_in(value):
        if found := codes.match(word) or codes.by_notation(word.upper().replace(" ", "_")):
            return found
    return None


def mended_code(value: str, rule: str, list_name: str, authority: str) -> Verdict | None:
    """Put the concept in place of its name; what already is an IRI of `authority` may stay."""
    if value[0] == "_":
        return None
    found = concept_in(value, list_name)
    if found:
        now = f"<{found.iri}>"
        return None if now == value else Verdict(rule, now, CODED)
    if authority and value.startswith(authority):
        return None
    return Verdict(rule, value, UNCODED, certain=False)


def mended_format(value: str) -> Verdict | None:
    """Put the concept in place of a format's name, extension or media type."""
    if value.startswith(("<http", "_:")) and not is_odd(value):
        return None  # a foreign list of formats is as good
    verdict = mended_code(value, "format", "format", "")
    if verdict and not verdict.certain:
        word = _words_in(value)[0].lower().lstrip(".")
        found = code_list("format").match(word) or _formats_by_media().get(word)
        verdict = Verdict("format", f"<{found.iri}>", CODED) if found else verdict
    return verdict


@lru_cache(maxsize=1)
def _formats_by_media() -> dict[str, Concept]:
    return {each.media_type: each for each in code_list("format") if each.media_type}


def mended_media(value: str) -> Verdict | None:
    """Put the registry's IRI in place of a media type's name."""
    if value[0] == "_" or (value[0] == "<" and not is_odd(value)):
        return None
    word = _words_in(value)[0].lower()
    if _MEDIA.fullmatch(word):
        return Verdict("media-type", f"<{IANA}{word}>", CODED)
    found = code_list("format").match(word.lstrip("."))
    if found and found.media_type:
        return Verdict("media-type", f"<{IANA}{found.media_type}>", CODED)
    return Verdict("media-type", value, UNCODED, certain=False)


def mended_link(value: str) -> Verdict | None:
    """Make a link of a web address that was written as text."""
    if value[0] != '"':
        return None
    text = legal_iri(lexical(value))
    if _WEB.fullmatch(text) and is_lawful(f"http://{text}"):
        return Verdict("iri", f"<http://{text}>", SCHEMELESS)
    if "://" in text and is_lawful(text):
        return Verdict("iri", f"<{text}>", AS_IRI)
    return Verdict("not-an-iri", value, NOT_IRI, certain=False)


def mended_mail(value: str) -> Verdict | None:
    """Make a mailto: link of an address."""
    return _with_scheme(value, "mailto:", _MAIL)


def mended_phone(value: str) -> Verdict | None:
    """Make a tel: link of a number."""
    return _with_scheme(value, "tel:", _PHONE)


def _with_scheme(value: str, scheme: str, legal: re.Pattern[str]) -> Verdict | None:
    if value[0] == "_" or (value[0] == "<" and reference_of(value) is None):
        return None
    text = _words_in(value)[0]
    whole = text if text.startswith(scheme) else scheme + re.sub(r"\s", "", text)
    if not legal.fullmatch(text.removeprefix(scheme)) or not is_lawful(legal_iri(whole)):
        return None
    return Verdict("iri", f"<{legal_iri(whole)}>", AS_IRI if text == whole else SCHEMELESS)


def mended_text(value: str) -> Verdict | None:
    """Take blanks off the ends of a text; make text of a link."""
    if value[0] == "<":
        return Verdict("text", quoted(reference_of(value) or value[1:-1]), AS_TEXT)
    if value[0] == "_":
        return None
    end = value.rindex('"')
    if not value.startswith(BLANK) and not value.endswith(_TAIL_SPACE, 0, end):
        return None
    now = quoted(lexical(value).strip(" \t\r\n　")) + value[end + 1 :]
    return None if now == value else Verdict("trimmed", now, TRIMMED)


def mended_iri(value: str, base: str) -> Verdict | None:
    """Give any IRI with an odd beginning as it was meant, in a document of `base`."""
    reference = reference_of(value)
    if reference == "":
        return Verdict("empty", None, EMPTY)
    if reference is not None:
        now = f"<{resolved(reference, base)}>"
        bare = now.startswith(("<mailto:", "<http://www.")) and reference in now
        return Verdict("iri", now, SCHEMELESS) if bare else Verdict("relative-iri", now, RELATIVE)
    if whole := prefixed(value):
        return Verdict("prefix", whole, PREFIX)
    if usual := variant(value):
        return Verdict("namespace", usual, NAMESPACE)
    return None


EU = "<http://publications.europa.eu/resource/authority/"
Mender = Callable[[str], Verdict | None]

_MENDERS: dict[str, tuple[Mender, str]] = {
    "date": (
        lru_cache(maxsize=1 << 14)(mended_date),
        (
            "dct:issued dct:modified dct:created dct:available dct:date dct:dateSubmitted "
            "dct:dateAccepted dcat:startDate dcat:endDate schema:startDate schema:endDate"
        ),
    ),
    "frequency": (
        lru_cache(maxsize=1024)(lambda v: mended_code(v, "frequency", "frequency", "")),
        "dct:accrualPeriodicity",
    ),
    "language": (
        lru_cache(maxsize=1024)(lambda v: mended_code(v, "language", "language", EU)),
        "dct:language",
    ),
    "access": (
        lru_cache(maxsize=1024)(lambda v: mended_code(v, "access-right", "access-right", "<http")),
        "dct:accessRights",
    ),
    "licence": (
        lru_cache(maxsize=1024)(
            lambda v: (
                (mended_link(v) if v.startswith('"http') else None)
                or (None if v[0] == "<" else mended_code(v, "licence", "licence", "<"))
            )
        ),
        "dct:license",
    ),
    "theme": (
        lru_cache(maxsize=1024)(
            lambda v: None if v[0] == "<" else mended_code(v, "theme", "data-theme", "<")
        ),
        "dcat:theme",
    ),
    "format": (lru_cache(maxsize=1024)(mended_format), "dct:format"),
    "media": (
        lru_cache(maxsize=1024)(mended_media),
        "dcat:mediaType dcat:compressFormat dcat:packageFormat",
    ),
    "link": (
        mended_link,
        (
            "dcat:accessURL dcat:downloadURL dcat:landingPage dcat:endpointURL "
            "dcat:endpointDescription foaf:page foaf:homepage vcard:hasURL dcat:distribution "
            "dcat:contactPoint dcat:accessService dcatap:applicableLegislation"
        ),
    ),
    "mail": (mended_mail, "vcard:hasEmail foaf:mbox"),
    "phone": (mended_phone, "vcard:hasTelephone"),
    "text": (
        mended_text,
        (
            "dct:title dct:description dct:identifier dcat:keyword foaf:name vcard:fn "
            "skos:prefLabel rdfs:label"
        ),
    ),
    "size": (
        lambda v: mended_number(v, "nonNegativeInteger", _INTEGER),
        "dcat:byteSize",
    ),
    "count": (lambda v: mended_number(v, "integer", _INTEGER), "gov:length gov:position"),
    "measure": (
        lambda v: mended_number(v, "decimal", _DECIMAL),
        "dcat:spatialResolutionInMeters",
    ),
}

MENDER_OF: dict[str, Mender] = {
    f"<{expanded(curie)}>": mender
    for mender, curies in _MENDERS.values()
    for curie in curies.split()
}
