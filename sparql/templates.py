"""A saved query with parameters: read from its header, asked with values, never of another shape.

The header is that of our own query files (`sparql.texts`), with more to say for strangers:

    #+ department: string          #+ since: date optional          #+ theme: code theme optional
    #+ department.zh: 部门代码      #+ department.en: Code of the department

Each parameter stands in the text as `VALUES ?department { "jtw" }`, where the value is its example;
`limit` and `offset` as LIMIT and OFFSET. A type is iri, string, date, integer, or `code` and the
name of a code list; `list of` before it takes several. One that is optional and not given becomes
UNDEF, so its variable is simply not bound there.

Values are written as terms, by the engine's own rule, into those rows alone and all in one pass:
they are data in whatever place they come to stand (`texts.PLACE`), and no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from pyoxigraph import RdfFormat, parse

from ontology.code_lists import code_list, code_lists
from ontology.errors import Invalid
from ontology.sentences import Sentence
from sparql.guard import DEFAULT, Limits, measured
from sparql.query import value_of
from sparql.texts import COUNTS, PLACE, TYPES, places, put_in

KINDS = ("iri", "string", "date", "integer", "code")
RESERVED = frozenset({"format", "page", "page_size", "timeout", "lang", "at", "version", "query"})
SAID = re.compile(r"^#\+\s*(?P<name>\w+)(?:\.(?P<lang>zh|en))?\s*:\s*(?P<said>.+?)\s*$")
TYPE = re.compile(
    r"(?P<many>list of )?(?P<kind>iri|string|date|integer|code(?: (?P<listed>[\w-]+))?)"
    r"(?P<optional> optional)?"
)
PREFIX = re.compile(r"PREFIX\s+(\w*:)\s*(<[^<>\s]*>)", re.IGNORECASE)
ROW_TERM = re.compile(r'<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^\S+)?|[-+]?\d+|\w*:[\w.-]+')
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"[-+]?\d{1,18}")
NAME = re.compile(r"[A-Za-z]\w{0,39}")
UNBOUND = "UNDEF"
MOST = 20  # parameters of one template
MOST_VALUES = 100  # of one parameter
LONGEST = 2000  # characters of a value


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its type, whether it must be given, what it is called, and its examples."""

    name: str
    kind: str
    listed: str = ""  # the code list that its values are of
    many: bool = False
    optional: bool = False
    zh: str = ""
    en: str = ""
    examples: tuple[str, ...] = ()

    def words(self, language: str) -> str:
        """Give what it is called, in a language, in the other, or by its name."""
        first, other = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return first or other or self.name


@dataclass(frozen=True, slots=True)
class Template:
    """A query that can be asked: its text, its form (SELECT, …), and its parameters in order."""

    text: str
    form: str
    parameters: tuple[Parameter, ...]


class WrongValues(Invalid):
    """Values that are not what the parameters take: a sentence for each, by name."""

    def __init__(self, faults: Mapping[str, Sentence]) -> None:
        """Keep the sentences, and say them all in one."""
        super().__init__(
            " ".join(f"{name}: {en}" for name, (en, _) in faults.items()),
            "".join(f"{name}：{zh}" for name, (_, zh) in faults.items()),
        )
        self.faults = MappingProxyType(dict(faults))


# Reading ------------------------------------------------------------------------------------------


@lru_cache(512)
def template_of(text: str, limits: Limits = DEFAULT) -> Template:
    """Read a query's text; raises Invalid where its header is wrong, QueryRefused where it is none."""
    known = measured(text, limits, services=True)  # whether it may is said when it is asked
    found, words = _header(text)
    if len(found) > MOST:
        raise Invalid(f"More than {MOST} parameters.", f"参数超过 {MOST} 个。")
    standing, examples = places(text), _examples(text)
    parameters = tuple(
        _parameter(name, said, words.get(name, {}), examples.get(name, ()))
        for name, said in found.items()
    )
    for each in parameters:
        _check(each, standing.count(each.name))
    return Template(text, known.form, parameters)


def _header(text: str) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Give the types and the words that the header says of each parameter."""
    found: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if not line.startswith("#+"):
            continue
        said = SAID.match(line)
        if said is None or (said["lang"] is None and said["name"] in found):
            raise Invalid(
                f"This line of the header is not understood: {line[:100]}",
                f"无法理解此行参数声明：{line[:100]}",
            )
        if said["lang"] is None:
            found[said["name"]] = said["said"]
        else:
            words.setdefault(said["name"], {})[said["lang"]] = said["said"]
    if stray := words.keys() - found.keys():
        named = ", ".join(sorted(stray))
        raise Invalid(f"Words for no parameter: {named}.", f"说明所指的参数不存在：{named}。")
    return found, words


def _parameter(
    name: str, said: str, words: Mapping[str, str], examples: tuple[str, ...]
) -> Parameter:
    read = TYPE.fullmatch(said)
    listed = (read and read["listed"]) or ""
    wrong = read is None or (read["kind"] == "code") or (listed and listed not in code_lists())
    if read is None or wrong:
        raise Invalid(
            f"“{said}” is no type of a parameter ({name}): iri, string, date, integer, or code and "
            "the name of a code list; “list of” before, “optional” behind.",
            f"“{said}”不是参数 {name} 可用的类型：iri、string、date、integer，或 code 加代码表名称；"
            "前可加 list of，后可加 optional。",
        )
    return Parameter(
        name=name,
        kind="code" if listed else read["kind"],
        listed=listed,
        many=bool(read["many"]),
        optional=bool(read["optional"]) or name in COUNTS,
        zh=words.get("zh", ""),
        en=words.get("en", ""),
        examples=examples,
    )


def _check(parameter: Parameter, standing: int) -> None:
    """Refuse a name that addresses need, or a parameter that nothing in the text takes."""
    name = parameter.name
    if name in RESERVED or not NAME.fullmatch(name):
        raise Invalid(f"A parameter cannot be named {name}.", f"参数不能命名为 {name}。")
    counts = name in COUNTS
    if not standing or (counts and standing > 1):
        wanted = f"{name.upper()} 20" if counts else f"VALUES ?{name} {{ … }}"
        raise Invalid(
            f"The parameter {name} has to stand in the query as {wanted}, with an example.",
            f"参数 {name} 须在查询中写作 {wanted}，并给出示例值。",
        )
    if counts and (parameter.kind != "integer" or parameter.many):
        raise Invalid(f"{name} is an integer.", f"{name} 须为 integer。")


def _examples(text: str) -> dict[str, tuple[str, ...]]:
    """Give what stands in each row, as a person would type it."""
    prefixes = "".join(f"@prefix {name} {iri} .\n" for name, iri in PREFIX.findall(text))
    found: dict[str, tuple[str, ...]] = {}
    for place in PLACE.finditer(text):
        if place["name"]:
            terms = ROW_TERM.findall(place["terms"])
            found[place["name"]] = tuple(_lexical(each, prefixes) for each in terms)
        elif place["word"]:
            found[place["word"].lower()] = (place["number"],)
    return found


def _lexical(term: str, prefixes: str) -> str:
    try:
        statement = next(iter(parse(f"{prefixes}<urn:a> <urn:b> {term} .", RdfFormat.TURTLE)))
    except SyntaxError:
        return term
    return value_of(statement.object)


# Asking -------------------------------------------------------------------------------------------


def bound(template: Template, given: Mapping[str, Sequence[str]]) -> str:
    """Give the query with these values; raises WrongValues with a sentence for each wrong one."""
    faults: dict[str, Sentence] = {}
    written: dict[str, str] = {}
    known = {each.name: each for each in template.parameters}
    for name in given.keys() - known.keys():
        faults[name[:40]] = ("There is no such parameter.", "没有这个参数。")
    for name, parameter in known.items():
        values = [each for each in given.get(name, ()) if each.strip()]
        try:
            text = _written(parameter, values)
        except Invalid as error:
            faults[name] = (error.en, error.zh)
        else:
            if text is not None:
                written[name] = text
    if faults:
        raise WrongValues(faults)
    return put_in(template.text, written)


def _written(parameter: Parameter, values: Sequence[str]) -> str | None:
    """Write the row of a parameter; None where the text's own number stays."""
    if not values:
        if not parameter.optional:
            raise Invalid("It has to be given.", "必须填写。")
        return None if parameter.name in COUNTS else UNBOUND
    if len(values) > (MOST_VALUES if parameter.many else 1):
        most = MOST_VALUES if parameter.many else 1
        raise Invalid(f"At most {most} may be given.", f"最多给出 {most} 个。")
    return " ".join(_one(parameter, each) for each in values)


def _one(parameter: Parameter, value: str) -> str:
    if len(value) > LONGEST:
        raise Invalid(f"It is longer than {LONGEST} characters.", f"超过 {LONGEST} 个字符。")
    if not value.isprintable() and parameter.kind != "string":
        raise Invalid("It holds characters that cannot be.", "含有不允许的字符。")
    if any("\ud800" <= each <= "\udfff" for each in value):
        raise Invalid("It is not a text in Unicode.", "不是有效的 Unicode 文本。")
    return READERS[parameter.kind](parameter, value)


def _iri(_parameter: Parameter, value: str) -> str:
    try:
        return TYPES["iri"](value.strip())
    except Invalid:
        raise Invalid(
            "It is not an absolute IRI, as https://example.org/thing is.",
            "不是绝对 IRI（例如 https://example.org/thing）。",
        ) from None


def _string(_parameter: Parameter, value: str) -> str:
    return TYPES["string"](value)


def _date(_parameter: Parameter, value: str) -> str:
    try:
        if DAY.fullmatch(value.strip()) and value.isascii():
            return TYPES["date"](date.fromisoformat(value.strip()))
    except ValueError:
        pass
    raise Invalid("It is not a day, as 2026-11-29 is.", "不是日期（例如 2026-11-29）。")


def _integer(parameter: Parameter, value: str) -> str:
    plain = value.strip()
    if not (plain.isascii() and NUMBER.fullmatch(plain)):
        raise Invalid("It is not a whole number.", "不是整数。")
    if parameter.name in COUNTS and int(plain) < 0:
        raise Invalid("It is less than nought.", "不能小于零。")
    return TYPES["integer"](int(plain))


def _code(parameter: Parameter, value: str) -> str:
    concepts = code_list(parameter.listed)
    found = concepts.by_notation(value.strip()) or concepts.by_iri(value.strip())
    if found is None:
        raise Invalid(
            f"It is none of the list “{parameter.listed}”.", f"不在代码表“{parameter.listed}”中。"
        )
    return TYPES["iri"](found.iri)


READERS: Mapping[str, Callable[[Parameter, str], str]] = MappingProxyType(
    {"iri": _iri, "string": _string, "date": _date, "integer": _integer, "code": _code}
)


def choices(parameter: Parameter) -> Iterator[tuple[str, str, str]]:
    """Give the values of a code list: notation (or IRI), Chinese and English name."""
    if parameter.listed:
        for each in code_list(parameter.listed):
            yield each.notation or each.iri, each.zh, each.en
