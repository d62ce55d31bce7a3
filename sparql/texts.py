"""A query is a file that runs as it stands; its parameters stand in it as `VALUES` rows.

The first line of a `.rq` file is a comment (and may go on in the next): the sentence that says what
it asks. Lines `#+ name: type` declare parameters. Each stands in the text with an example, as

    VALUES ?name { <http://example.org/an-example> }

and `bound` writes the row anew from terms. `limit` and `offset` may be declared too (`#+ limit:
integer`) and stand as the one `LIMIT 20`, `OFFSET 0` of the text. All rows are swapped in one pass
over the file's own text, so what one value says can never be read as another's row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode

from ontology.errors import Invalid
from ontology.terms import XSD

QUERIES = Path(__file__).parent / "queries"


Value = NamedNode | Literal | str | date | int | Iterable[NamedNode | str]

HEADER = re.compile(r"^#\+\s*(\w+)\s*:\s*(.+?)\s*$", re.MULTILINE)
LABEL = re.compile(r"^#@(zh|en)\s+(.+?)\s*$", re.MULTILINE)
TERM = r"""<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"(?:@[\w-]+|\^\^(?:<[^<>\s]*>|\w*:\w+))?|[-+]?\d+|\w*:[\w.-]*"""
ROW = re.compile(rf"VALUES\s+\?(?P<name>\w+)\s*\{{(?P<terms>(?:\s+|{TERM})*)\}}", re.IGNORECASE)
COUNT = re.compile(r"\b(?P<word>LIMIT|OFFSET)\s+(?P<number>\d+)", re.IGNORECASE)
# One alternation finds rows and counts and steps over what they cannot stand in: comments, IRIs as
# the grammar has them (`?a<?b` begins none), strings, the long ones first.
PLACE = re.compile(
    rf"""\#[^\n\r]*|{ROW.pattern}|{COUNT.pattern}|<[^<>"{{}}|^`\\\x00-\x20]*>"""
    r"""|'{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}|"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3}"""
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'""",
    re.IGNORECASE | re.DOTALL,
)


def _refused(what: str, value: object) -> Invalid:
    return Invalid(f"Not {what}: {value!r}.", f"不是{what}:{value!r}。")


def _iri(value: Value) -> str:
    """Write an IRI; text must be absolute and is checked by the engine's own rule."""
    if isinstance(value, NamedNode):
        return _quoteless(str(value))
    try:
        return _quoteless(str(NamedNode(value)))  # type: ignore[arg-type]  # else refused below
    except (TypeError, ValueError):
        raise _refused("an IRI", value) from None


def _quoteless(written: str) -> str:
    """Write single quotes by their number: a value closes no string, wherever it comes to stand."""
    return written.replace("'", r"\u0027")


def _iris(values: Value) -> str:
    if isinstance(values, str | NamedNode) or not isinstance(values, Iterable):
        raise _refused("a list of IRIs", values)
    return " ".join(map(_iri, values))


def _string(value: Value) -> str:
    if isinstance(value, str):
        return _quoteless(str(Literal(value)))
    if isinstance(value, Literal):
        return _quoteless(str(value))
    raise _refused("a text", value)


def _date(value: Value) -> str:
    if not isinstance(value, date):
        raise _refused("a date", value)
    return str(Literal(value.isoformat()[:10], datatype=XSD.date))


def _integer(value: Value) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refused("an integer", value)
    return str(value)


TYPES: MappingProxyType[str, Callable[[Value], str]] = MappingProxyType(
    {"iri": _iri, "list of iri": _iris, "string": _string, "date": _date, "integer": _integer}
)
COUNTS = frozenset({"limit", "offset"})
# Types that strangers' values are read by (`sparql.templates`); our own are handed terms.
TYPED = re.compile(r"(list of )?(iri|string|date|integer|code [\w-]+)( optional)?")


@dataclass(frozen=True, slots=True)
class Text:
    """One query file: its name, sentence, text, and the parameters with their types."""

    name: str
    sentence: str
    text: str
    parameters: MappingProxyType[str, str]
    sentences: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def bound(self, **values: Value) -> str:
        """Give the text with every row written from `values`; raises Invalid on a wrong name."""
        if values.keys() != self.parameters.keys():
            wrong = sorted(values.keys() ^ self.parameters.keys())
            message = f"The query {self.name} has other parameters: {', '.join(wrong)}."
            raise Invalid(message, f"查询 {self.name} 的参数不符：{'、'.join(wrong)}。")
        if not values:
            return self.text
        written = {name: TYPES[self.parameters[name]](value) for name, value in values.items()}
        return put_in(self.text, written)


def put_in(text: str, written: dict[str, str]) -> str:
    """Write every row and count anew whose name is given, in one pass over the text as it stands."""
    return PLACE.sub(lambda place: _swapped(place, written), text)


def _swapped(place: re.Match[str], written: dict[str, str]) -> str:
    """Write one place of the text: a row, a count, or (anything else) as it was."""
    if (name := place["name"]) in written:
        return f"VALUES ?{name} {{ {written[name]} }}"
    if (word := place["word"]) and word.lower() in written:
        return f"{word} {written[word.lower()]}"
    return place[0]


def places(text: str) -> list[str]:
    """Name every place of the text that a parameter may fill, in order."""
    found = PLACE.finditer(text)
    return [place["name"] or place["word"].lower() for place in found if _fillable(place)]


def _fillable(place: re.Match[str]) -> bool:
    return bool(place["name"] or place["word"])


def parsed(name: str, text: str) -> Text:
    """Read one file's text; raises Invalid when its header and its rows do not agree."""
    opening = takewhile(lambda line: line.startswith("# "), text.splitlines())
    sentence = " ".join(line[2:].strip() for line in opening)
    if not sentence:
        raise Invalid(f"{name}: the first line is no sentence.", f"{name}：第一行不是说明句。")
    parameters = dict(HEADER.findall(text))
    _check(name, parameters, places(text))
    return Text(
        name,
        sentence,
        text,
        MappingProxyType(parameters),
        MappingProxyType(dict(LABEL.findall(text))),
    )


def _check(name: str, parameters: dict[str, str], found: list[str]) -> None:
    """Refuse parameters of unknown type, without a row, or (limit, offset) with several."""
    for parameter, kind in parameters.items():
        known = kind in TYPES or TYPED.fullmatch(kind)
        if not known or (parameter in COUNTS and kind != "integer"):
            raise _refused("a parameter type", f"{name}: {parameter}: {kind}")
        if parameter not in found:
            raise Invalid(
                f"{name}: nothing in the text takes the parameter {parameter}.",
                f"{name}：参数 {parameter} 未被使用。",
            )
        if parameter in COUNTS and found.count(parameter) > 1:
            raise _refused("a single place", f"{name}: {parameter}")


@cache
def text_of(name: str) -> Text:
    """Read the query `subject/question`; raises Invalid when there is none or it is malformed."""
    path = QUERIES / f"{name}.rq"
    if not path.is_file():
        raise Invalid(f"There is no query {name}.", f"没有名为 {name} 的查询。")
    return parsed(name, path.read_text(encoding="utf-8"))


def names(under: str = "") -> list[str]:
    """Name every query file, or those of one subject, in order."""
    found = sorted((QUERIES / under).rglob("*.rq"))
    return [path.relative_to(QUERIES).with_suffix("").as_posix() for path in found]
