"""A cell's text read as a value: what it means, what was mended for certain, what is doubtful.

Each reader takes one cleaned value and gives a `Value`: a term, perhaps with a repair; or no term
and the reason, which becomes a finding (or sets the record aside where the property is guarded).
A value is mended only where its meaning is certain.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

from pyoxigraph import Literal, NamedNode

from graph.harvest.tables.json_rows import PART
from ontology.code_lists import code_list, folded
from ontology.terms import XSD, code_iri

Term = NamedNode | Literal
Sentences = tuple[str, str]

# Words that fill a cell and say nothing, folded.
FILLERS = frozenset(
    {
        "无",
        "暂无",
        "没有",
        "空",
        "-",
        "--",
        "---",
        "—",
        "——",
        "/",
        "\\",
        "null",
        "none",
        "n/a",
        "nan",
    }
    | {"na", "nil", "#n/a", "undefined", "待定", "未填写", "未知", "待补充", "无数据", "暂无数据"}
)

# Why a value was mended: rule -> (en, zh).
MENDED: dict[str, Sentences] = {
    "trimmed": (
        "spaces at the ends, doubled spaces and invisible characters were taken away",
        "去除了首尾空格、多余空格和不可见字符",
    ),
    "filler": ("the word fills the cell and says nothing", "该词仅为占位，没有内容"),
    "ignored": ("the mapping says that this value means nothing", "映射规定该值没有意义"),
    "date": ("the same day, written as ISO 8601", "同一日期，改写为 ISO 8601 格式"),
    "synonym": ("a known synonym of the list's word", "是代码表中该词的已知同义词"),
    "code-padded": ("the short code was written out in full", "短代码补足为完整代码"),
    "iri": ("the web address was completed", "补全了网址"),
    "email": ("the e-mail address was completed", "规范了电子邮件地址"),
    "number": ("the same number, written plainly", "同一数值，改为普通写法"),
    "provider": ("another name of the same body", "同一机构的另一名称"),
    "quote": ("a stray quotation mark was read around", "绕过了多余的引号"),
    "otherwise": ("the cell is empty; another column speaks for it", "该单元格为空，由另一列代替"),
    "default": (
        "the cell is empty; the mapping's default stands",
        "该单元格为空，采用映射的默认值",
    ),
    "duplicate": ("two rows say the same; one entry stands for both", "两行内容相同，合并为一条"),
    "distinguished": (
        "several different records share this key; the mapping's further columns tell them apart",
        "多条不同记录的键相同，以映射指定的其他列加以区分",
    ),
}

# Why a value was left out: rule -> (en, zh).
DOUBTFUL: dict[str, Sentences] = {
    "date": ("is no date that can be read for certain", "不是可以确定的日期"),
    "unknown-code": ("is not in the code list", "不在代码表中"),
    "url": ("is no web address", "不是网址"),
    "email": ("is no e-mail address", "不是电子邮件地址"),
    "phone": ("is no telephone number", "不是电话号码"),
    "number": ("is no number", "不是数值"),
    "division": ("is no division that is known here", "不是已知的行政区划"),
    "code": (
        "is no code (letters, digits, dot, hyphen, underscore)",
        "不是代码（字母、数字、点、连字符、下划线）",
    ),
    "year": ("is no year", "不是年份"),
}

DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d %H:%M:%S")
FIRST_YEAR, LAST_YEAR = 1850, 2200
DATE = re.compile(
    r"(?P<y>\d{4})\s*(?:[-/.年]\s*(?P<m>\d{1,2})\s*(?:(?:[-/.月]\s*(?P<d>\d{1,2})\s*[日号]?)|月)?|年)?"
    r"(?:[T\s]+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)
COMPACT = re.compile(
    r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:(?P<h>\d{2})(?P<i>\d{2})(?P<s>\d{2}))?"
)
INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1e\x7f]")
SPACES = re.compile(r"[ \t\u00a0\u3000]+")
LONE = re.compile(r"[\ud800-\udfff]")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
PHONE = re.compile(r"[+(]?\d[\d()\s-]{4,22}\d(?:\s*(?:转|ext\.?|x)\s*\d{1,6})?", re.IGNORECASE)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
SAFE = "!#$%&'()*+,/:;=?@[]~-._"
FULL_DIVISION = 6
LIBRARIES = frozenset({"population", "legal-person", "geography"})  # those with a page


@dataclass(frozen=True, slots=True)
class Value:
    """What a text gave: a term, and the rule it was mended by; or the rule it failed by.

    `now` is what a report shows for the term.
    """

    term: Term | None
    rule: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """What a reader needs beside the text: of the column, never of the record."""

    language: str = ""
    code_list: str = ""
    dates: tuple[str, ...] = ()
    pad: int = 0
    library: str = ""  # where libraries' names begin


def clean(text: str) -> str:
    """Give text without spaces at its ends, doubled spaces, invisible and lone characters."""
    plain = LONE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    plain = SPACES.sub(" ", INVISIBLE.sub("", plain))
    return "\n".join(line.strip() for line in plain.strip().split("\n"))


def is_filler(text: str) -> bool:
    """Say whether a text only fills its cell."""
    return unicodedata.normalize("NFKC", text).casefold().strip("。.　 ") in FILLERS


def parted(text: str, separators: Sequence[str]) -> list[str]:
    """Part a cell into its values, each cleaned, in order and once."""
    marks = "|".join(re.escape(each) for each in (*separators, PART))
    values = (clean(each) for each in re.split(marks, text))
    return list(dict.fromkeys(each for each in values if each))


def read_text(text: str, way: Way) -> Value:
    """Read text in a language."""
    return Value(Literal(text, language=way.language) if way.language else Literal(text))


def read_string(text: str, _: Way) -> Value:
    """Read a plain string: identifiers, codes that look like numbers."""
    return Value(Literal(text))


def read_date(text: str, way: Way) -> Value:
    """Read a day, a moment, a month or a year; the mapping's forms first."""
    for form in way.dates:
        if (moment := _by_form(text, form)) is not None:
            return _dated(text, *moment)
    found = DATE.fullmatch(text) or COMPACT.fullmatch(text)
    moment = _by_pattern(found.groupdict()) if found else None
    return _dated(text, *moment) if moment else Value(None, "date")


def _by_form(text: str, form: str) -> tuple[str, NamedNode] | None:
    """Read a moment by a strptime form: a day, or with a clock in it a time of day."""
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - the file names no zone
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    if "%H" in form or "%I" in form:
        return moment.isoformat(), XSD.dateTime
    return moment.date().isoformat(), XSD.date


def _by_pattern(found: dict[str, str | None]) -> tuple[str, NamedNode] | None:
    """Read a moment by the parts of an unambiguous form."""
    year, month, day = (int(found.get(each) or 0) for each in "ymd")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        whole = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if not month:
        return f"{year}", XSD.gYear
    if not day:
        return f"{year}-{month:02}", XSD.gYearMonth
    clock = _clock(found)
    return (f"{whole}T{clock}", XSD.dateTime) if clock else (whole.isoformat(), XSD.date)


def _clock(found: dict[str, str | None]) -> str:
    """Give the time of day in full, or nothing where there is none or it is midnight's filling."""
    if found.get("h"):
        clock = f"{found['h']}:{found['i']}:{found['s']}"
    elif time := found.get("time"):
        hour, minute, *second = time.split(":")
        clock = f"{hour:0>2}:{minute}:{second[0] if second else '00'}"
    else:
        return ""
    if clock == "00:00:00":
        return ""
    zone = found.get("zone") or ""
    return clock + (f"{zone[:3]}:{zone[3:]}" if zone and zone != "Z" and ":" not in zone else zone)


def _dated(text: str, lexical: str, datatype: NamedNode) -> Value:
    """Give a dated value, mended where it was written otherwise."""
    try:
        datetime.fromisoformat(lexical) if datatype == XSD.dateTime else None
    except ValueError:
        return Value(None, "date")
    return Value(Literal(lexical, datatype=datatype), "" if lexical == text else "date", lexical)


@lru_cache(maxsize=10_000)
def read_concept(text: str, way: Way) -> Value:
    """Read a word of a code list, by label or synonym, never by number."""
    found = code_list(way.code_list).match(text)
    if found is None:
        return Value(None, "unknown-code")
    own = {folded(each) for each in (found.zh, found.en, found.notation)}
    return Value(found.node, "" if folded(text) in own else "synonym", found.zh or found.notation)


def read_library(text: str, way: Way) -> Value:
    """Read one of the base libraries."""
    found = code_list("library-kind").match(text)
    if found is None or found.notation not in LIBRARIES:
        return Value(None, "unknown-code")
    return Value(NamedNode(f"{way.library}{found.notation}"), "", found.zh)


def read_division(text: str, way: Way) -> Value:
    """Read a division by its code (GB/T 2260, short forms written out) or by its name."""
    if text.isascii() and text.isdigit() and len(text) in {2, 4, 6, 9, 12}:
        full = text.ljust(way.pad or FULL_DIVISION, "0")
        return Value(code_iri("division", full), "" if full == text else "code-padded", full)
    found = code_list("division").match(text)
    return Value(found.node, "", found.zh) if found else Value(None, "division")


def read_code(text: str, way: Way) -> Value:
    """Read a code that will stand in a page's address."""
    if not CODE.fullmatch(text):
        return Value(None, "code")
    full = text.ljust(way.pad, "0")
    return Value(Literal(full), "" if full == text else "code-padded", full)


def read_url(text: str, _: Way) -> Value:
    """Read a web address; a missing scheme before `www.` and unescaped characters are mended."""
    plain = unicodedata.normalize("NFKC", text) if not text.isascii() and " " not in text else text
    plain = quote(f"http://{plain}" if plain.lower().startswith("www.") else plain, safe=SAFE)
    try:
        parts = urlsplit(plain)
        term = NamedNode(plain)
    except ValueError:
        return Value(None, "url")
    if parts.scheme.lower() not in {"http", "https", "ftp"} or "." not in (parts.hostname or ""):
        return Value(None, "url")
    return Value(term, "" if plain == text else "iri", plain)


def read_email(text: str, _: Way) -> Value:
    """Read an e-mail address."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").removeprefix("mailto:")
    if not EMAIL.fullmatch(plain):
        return Value(None, "email")
    return Value(NamedNode(f"mailto:{plain}"), "" if plain == text else "email", plain)


def read_phone(text: str, _: Way) -> Value:
    """Read a telephone number; an extension becomes RFC 3966's `;ext=`."""
    plain = unicodedata.normalize("NFKC", text)
    if not PHONE.fullmatch(plain):
        return Value(None, "phone")
    number, *extension = re.split(r"转|ext\.?|x", plain, flags=re.IGNORECASE)
    digits = re.sub(r"[()\s]+", "-", number).strip("-")
    more = f";ext={extension[0].strip()}" if extension else ""
    return Value(NamedNode(f"tel:{digits}{more}"))


def read_integer(text: str, _: Way) -> Value:
    """Read a whole number, with or without separators of thousands."""
    plain = re.sub(r"(?<=\d)[,，](?=\d{3})", "", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"(?<=\d)\.0+$", "", plain)
    if not re.fullmatch(r"[+-]?\d{1,18}", plain):
        return Value(None, "number")
    now = str(int(plain))
    return Value(Literal(now, datatype=XSD.integer), "" if now == text else "number", now)


def read_decimal(text: str, _: Way) -> Value:
    """Read a decimal number."""
    plain = re.sub(r"(?<=\d)[,，](?=\d{3})", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,18})?", plain):
        return Value(None, "number")
    return Value(Literal(plain, datatype=XSD.decimal), "" if plain == text else "number", plain)


def read_year(text: str, _: Way) -> Value:
    """Read a year."""
    found = re.fullmatch(r"(\d{4})年?(?:度)?", text)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return Value(None, "year")
    return Value(
        Literal(found[1], datatype=XSD.gYear), "" if found[1] == text else "date", found[1]
    )


# `department` and `system` are read with the record's source at hand (providers, spreadsheet).
READERS: dict[str, Callable[[str, Way], Value]] = {
    "text": read_text,
    "string": read_string,
    "date": read_date,
    "concept": read_concept,
    "library": read_library,
    "division": read_division,
    "code": read_code,
    "url": read_url,
    "email": read_email,
    "phone": read_phone,
    "integer": read_integer,
    "decimal": read_decimal,
    "year": read_year,
    "department": read_string,
    "system": read_string,
}
