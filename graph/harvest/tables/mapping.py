"""What a catalogue's columns mean, as data: one TOML file per catalogue, read and checked here.

A new city's catalogue needs a new TOML and no code. Everything a mapping may say is a field of the
dataclasses below; whatever else stands in the file is refused by name, with what is allowed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from graph.harvest.tables.properties import CATALOGUED, KINDS, PARTS, PROPERTIES, Property
from graph.harvest.tables.rows import Rows
from graph.harvest.tables.values import DATE_FORMS, READERS
from ontology.code_lists import code_lists, folded
from ontology.errors import Invalid

SHIPPED = Path(__file__).parent / "mappings"
ROWS = ("entry", "item")


@dataclass(frozen=True, slots=True)
class Column:
    """What one column says, or (without a name) what holds for every record.

    `says` (in the file: `property`) is a CURIE of the table in `properties`; `on` the part it is said of. `reads` and
    `list` overrule how it is read; `dates` are strptime forms; `separators` part many values.
    `synonyms` are words of this catalogue (text -> the list's word, or plain text -> text);
    `ignore` values that say nothing; `only` the values this entry is for (others are for another
    entry of the same column). `otherwise` names a column that speaks where this one is empty,
    `default` a value. `pad` fills a code with zeros at its end up to that many digits.
    """

    name: str
    says: str
    on: str = "entry"
    reads: str = ""
    list: str = ""
    dates: tuple[str, ...] = ()
    separators: tuple[str, ...] = ()
    language: str = ""
    synonyms: dict[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    default: str = ""
    otherwise: str = ""
    pad: int = 0
    required: bool = False
    optional: bool = False
    internal: bool = False

    @property
    def known(self) -> Property:
        """Give what the table says of the property."""
        return PROPERTIES[self.says]

    @property
    def reader(self) -> str:
        """Give the name of the reader of its values."""
        return self.reads or self.known.reads

    @property
    def code_list(self) -> str:
        """Give the name of the list its values stand in."""
        return self.list or self.known.code_list


@dataclass(frozen=True, slots=True)
class NewDepartment:
    """A body that this catalogue names and the register need not hold."""

    name: str
    code: str
    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """How names of bodies are understood.

    `scope` is the place that a name without a place belongs to (written before it); empty: the
    register's city. `aliases` lead from a name to a name. `district` and `parent` are said of the
    `departments` that the mapping itself brings. With `spatial` a district body's datasets are
    about that district.
    """

    scope: str = ""
    aliases: dict[str, str] = field(default_factory=dict)
    departments: tuple[NewDepartment, ...] = ()
    district: str = ""
    parent: str = ""
    spatial: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """One catalogue: what its records are, what makes them the same, and its columns."""

    name: str
    kind: str
    source: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    title: dict[str, str] = field(default_factory=dict)
    row: str = "entry"
    distinguish: tuple[str, ...] = ()
    detect: tuple[str, ...] = ()
    language: str = "zh"
    ignore: tuple[str, ...] = ()
    constants: tuple[Column, ...] = ()
    provider: Provider = field(default_factory=Provider)

    @property
    def needed(self) -> tuple[str, ...]:
        """Give the columns without which this mapping cannot be used."""
        named = [each.name for each in self.columns if not each.optional]
        return tuple(dict.fromkeys((*self.key, *self.distinguish, *named)))

    def said_of(self, part: str) -> tuple[Column, ...]:
        """Give the columns and constants that speak of one part."""
        return tuple(each for each in (*self.columns, *self.constants) if each.on == part)


def read_mapping(path: Path) -> Mapping:
    """Read a mapping from a TOML file, or a shipped one by its name.

    Raises Invalid naming the file, the key, what is allowed.
    """
    ours = SHIPPED / f"{path}.toml"
    try:
        text = (ours if ours.is_file() and not path.exists() else path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        names = ", ".join(each.stem for each in sorted(SHIPPED.glob("*.toml")))
        raise Invalid(
            f"The mapping {path.name} cannot be read. Name a TOML file, or one of those that come "
            f"with govgraph: {names}.",
            f"无法读取映射文件 {path.name}。请给出 TOML 文件，或随附映射之一：{names}。",
        ) from error
    return mapping_from_toml(text, path.name)


def mapping_from_toml(text: str, file: str) -> Mapping:
    """Read a mapping from TOML text; `file` names it in errors."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{file} is no TOML: {error}", f"{file} 不是有效的 TOML：{error}"
        raise Invalid(*message) from error
    return _Reader(file).mapping(found)


def detect(rows: Rows) -> Mapping | None:
    """Give the shipped mapping made for these columns, or None; the most particular wins."""
    header = {folded(name) for name in rows.header}
    fitting = [each for each in shipped() if {folded(name) for name in each.detect} <= header]
    return max(fitting, key=lambda each: len(each.detect), default=None)


@cache
def shipped() -> tuple[Mapping, ...]:
    """Give the mappings that come with govgraph."""
    return tuple(read_mapping(path) for path in sorted(SHIPPED.glob("*.toml")))


def bound_columns(rows: Rows, mapping: Mapping) -> dict[str, str]:
    """Give, for each column the mapping names, its name in the file.

    Raises Invalid where a needed column is missing, naming it and those the file has.
    """
    present = {folded(name): name for name in rows.header}
    missing = [name for name in mapping.needed if folded(name) not in present]
    if missing:
        lacks, has = "、".join(missing), "、".join(rows.header)
        raise Invalid(
            f"{rows.path.name} lacks the column {lacks} that the mapping {mapping.name} needs; "
            f"it has {has}",
            f"{rows.path.name} 缺少映射 {mapping.name} 需要的列：{lacks}；文件中有：{has}",
        )
    wanted = {*mapping.needed, *(each.name for each in mapping.columns)}
    wanted |= {each.otherwise for each in mapping.columns if each.otherwise}
    return {name: present[folded(name)] for name in wanted if folded(name) in present}


class _Reader:
    """Reads one TOML document, naming file and key where it is wrong."""

    def __init__(self, file: str) -> None:
        self.file = file

    def wrong(self, key: str, en: str, zh: str) -> Invalid:
        """Give the error of one key."""
        return Invalid(f"{self.file}, {key}: {en}", f"{self.file}，{key}：{zh}")

    def allowed(self, key: str, value: str, choices: Iterable[str]) -> str:
        """Give the value if it is among the choices."""
        known = tuple(choices)
        if value in known:
            return value
        listed = ", ".join(known)
        raise self.wrong(
            key,
            f"“{value}” is not allowed; choose from: {listed}",
            f"不允许“{value}”，可用：{listed}",
        )

    def fields(self, key: str, table: Any, shape: Table[str, Callable[..., Any]]) -> dict[str, Any]:  # noqa: ANN401 - TOML
        """Read a table's keys by their shapes."""
        if not isinstance(table, dict):
            raise self.wrong(key, "must be a table", "必须是一个表")
        for name in table:
            self.allowed(f"{key} {name}".strip(), name, shape)
        return {name: shape[name](f"{key} {name}".strip(), value) for name, value in table.items()}

    def text(self, key: str, value: Any) -> str:  # noqa: ANN401 - TOML
        """Read a text."""
        if isinstance(value, str):
            return value
        raise self.wrong(key, "must be a text in quotes", "必须是带引号的文字")

    def flag(self, key: str, value: Any) -> bool:  # noqa: ANN401 - TOML
        """Read true or false."""
        if isinstance(value, bool):
            return value
        raise self.wrong(key, "must be true or false", "必须是 true 或 false")

    def number(self, key: str, value: Any) -> int:  # noqa: ANN401 - TOML
        """Read a whole number."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self.wrong(key, "must be a whole number", "必须是整数")

    def texts(self, key: str, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - TOML
        """Read a text or a list of texts."""
        if isinstance(value, list):
            return tuple(self.text(key, each) for each in value)
        return (self.text(key, value),)

    def table(self, key: str, value: Any) -> dict[str, str]:  # noqa: ANN401 - TOML
        """Read a table of texts."""
        if not isinstance(value, dict):
            raise self.wrong(key, "must be a table of texts", "必须是文字对照表")
        return {name: self.text(f"{key} {name}", each) for name, each in value.items()}

    def title(self, key: str, value: Any) -> dict[str, str]:  # noqa: ANN401 - TOML
        """Read a title: one text, or one for each language."""
        return {"zh": value} if isinstance(value, str) else self.table(key, value)

    def column(self, key: str, value: Any) -> Column:  # noqa: ANN401 - TOML
        """Read one column."""
        shape = {
            **dict.fromkeys(COLUMN_TEXTS, self.text),
            **dict.fromkeys(COLUMN_LISTS, self.texts),
            **dict.fromkeys(COLUMN_FLAGS, self.flag),
            "pad": self.number,
            "synonyms": self.table,
        }
        found = self.fields(key, value, shape)
        if not found.get("name"):
            raise self.wrong(key, "needs a name", "缺少 name（列名）")
        return self.checked(f"{key} {found['name']}", {"property": ""} | found)

    def constant(self, key: str, value: Any) -> Column:  # noqa: ANN401 - TOML
        """Read what holds for every record: a column without a name, its value the default."""
        shape = dict.fromkeys(("property", "value", "on", "list", "reads", "language"), self.text)
        found = self.fields(key, value, shape)
        if not found.get("value"):
            raise self.wrong(key, "needs a value", "缺少 value（值）")
        said = {name: each for name, each in found.items() if name != "value"}
        return self.checked(key, {"name": "", "property": "", "default": found["value"]} | said)

    def checked(self, key: str, found: dict[str, Any]) -> Column:
        """Check what a column says against the tables."""
        self.allowed(f"{key} property", found["property"], PROPERTIES)
        self.allowed(f"{key} on", found.get("on", "entry"), PARTS)
        if found.get("reads"):
            self.allowed(f"{key} reads", found["reads"], READERS)
        if found.get("list"):
            self.allowed(f"{key} list", found["list"], code_lists())
        for form in found.get("dates", ()):
            if "%" not in form:
                known = " ".join(DATE_FORMS)
                raise self.wrong(f"{key} dates", f"“{form}”: write forms like {known}", known)
        said = {name: each for name, each in found.items() if name != "property"}
        return Column(says=found["property"], **said)

    def many(self, key: str, value: Any, read: Callable[[str, Any], Any]) -> tuple[Any, ...]:  # noqa: ANN401 - TOML
        """Read an array of tables."""
        if not isinstance(value, list):
            raise self.wrong(key, f"write [[{key}]]", f"请写成 [[{key}]]")
        return tuple(read(f"{key} {at}", each) for at, each in enumerate(value, 1))

    def provider(self, key: str, value: Any) -> Provider:  # noqa: ANN401 - TOML
        """Read how bodies are understood."""
        shape = {
            "scope": self.text,
            "district": self.text,
            "parent": self.text,
            "spatial": self.flag,
            "aliases": self.table,
            "departments": self.departments,
        }
        return Provider(**self.fields(key, value, shape))

    def departments(self, key: str, value: Any) -> tuple[NewDepartment, ...]:  # noqa: ANN401 - TOML
        """Read the bodies a mapping brings."""
        return self.many(key, value, self.department)

    def department(self, key: str, value: Any) -> NewDepartment:  # noqa: ANN401 - TOML
        """Read one body."""
        found = self.fields(key, value, dict.fromkeys(("name", "code", "zh", "en"), self.text))
        if missing := [name for name in ("name", "code", "zh") if not found.get(name)]:
            raise self.wrong(key, f"needs {missing[0]}", f"缺少 {missing[0]}")
        return NewDepartment(**found)

    def mapping(self, table: dict[str, Any]) -> Mapping:
        """Read the whole document."""
        shape = {
            **dict.fromkeys(("name", "kind", "source", "row", "language"), self.text),
            **dict.fromkeys(("key", "distinguish", "detect", "ignore"), self.texts),
            "title": self.title,
            "provider": self.provider,
            "columns": lambda key, value: self.many(key, value, self.column),
            "constants": lambda key, value: self.many(key, value, self.constant),
        }
        found = self.fields("", table, shape)
        for name in ("name", "kind", "source", "key", "columns"):
            if not found.get(name):
                raise self.wrong(name, "is needed", "必须填写")
        found.setdefault("detect", tuple(each.name for each in found["columns"]))
        return self.whole(Mapping(**found))

    def whole(self, mapping: Mapping) -> Mapping:
        """Check what one key alone cannot show."""
        self.allowed("kind", mapping.kind, KINDS)
        self.allowed("row", mapping.row, ROWS)
        if mapping.row == "item" and mapping.kind not in CATALOGUED:
            raise self.wrong(
                "row", "items belong to datasets and layers", "数据项只属于数据集或图层"
            )
        title = KINDS[mapping.kind].title
        if title not in {each.says for each in mapping.said_of("entry")}:
            raise self.wrong("columns", f"one must say {title}", f"必须有一列说明 {title}")
        codes = [each.name for each in mapping.columns if each.says == "gov:code"]
        if codes and mapping.key != tuple(codes):
            code = codes[0]
            raise self.wrong("key", f"must be the code column {code}", f"必须是代码列 {code}")
        return mapping


COLUMN_TEXTS = ("name", "property", "on", "reads", "list", "language", "default", "otherwise")
COLUMN_LISTS = ("dates", "separators", "ignore", "only")
COLUMN_FLAGS = ("required", "optional", "internal")
