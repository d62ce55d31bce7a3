"""An instance on disk: one folder, its settings, and where everything in it lies.

```
govgraph.toml     the settings; the base IRI is set once, before the first load
ledger.sqlite     the ledger (unless the settings name another SQL database)
files/            content-addressed statements of bulk changes
live/             the keeper's own stores; thrown away at every start
snapshots/        published views, numbered by the last change they hold; `current` names one
past/             views as of earlier changes, made when asked for; can be thrown away
feed/             parts of feed pages, made in idle time; can be thrown away
spent.sqlite      what each caller's queries cost in the last minute; can be thrown away
asked.sqlite      what was asked of the catalogue, by whom and of what: facts, no texts
cards/            where cards of things are made, and the newest stay; can be thrown away
columns/          where columns for counting are made, and the newest stay; can be thrown away
counts/           how much each view holds, by class and property; can be thrown away
flows/            the steps of lineage of each view, for processes that begin; can be thrown away
reports/          one folder a load: summary, every repair, and the quarantined originals
keys.json         secrets of accounts, readable by its owner alone; outbox/ letters to people
```
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ontology.errors import Conflict, Invalid, NotFound

SETTINGS_FILE = "govgraph.toml"
KEYS_FILE = "keys.json"
COUNTS = "counts"
FLOWS = "flows"
SPENT = "spent.sqlite"
ASKED = "asked.sqlite"
MERGE, APART = "merge", "apart"  # what the default graph of a query is
DEFAULT_GRAPHS = (MERGE, APART)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a keeper of an instance may set, in `govgraph.toml` or by `GOVGRAPH_*` variables.

    Times are seconds, sizes bytes.
    """

    base: str = "http://127.0.0.1:8000"  # no trailing slash; permanent: it is in every local name
    title_zh: str = "政务数据资源目录"
    title_en: str = "Government data catalogue"
    database: str = ""  # an SQLAlchemy URL; empty: ledger.sqlite in the home
    host: str = "127.0.0.1"
    port: int = 8000
    proxies: int = 0  # web servers in front, each of which adds the address it was asked from
    web_workers: int = 2
    web_threads: int = 8
    query_workers: int = 2  # killable children in each web worker
    query_seconds: float = 30.0
    query_memory: int = 2 << 30
    query_rows: int = 1_000_000
    query_bytes: int = 256 << 20
    default_graph: str = "merge"  # merge: of all named graphs; apart: a graph of its own
    query_quota: float = 60.0  # seconds of processor time a minute for one caller; 0: no limit
    upload_bytes: int = 1 << 30
    snapshot_seconds: float = 1800.0  # how long a superseded snapshot is kept for paging readers
    feed_parts: bool = True  # make parts of feed pages in idle time: about 1 kB of disk a dataset
    cards: bool = True  # of things, for look-ups: made in idle time, about 1.5 kB of disk a dataset
    columns: bool = True  # where DuckDB is installed: columns for counting, made in idle time
    demo: bool = False
    mail_from: str = "govgraph@localhost"
    smtp: str = ""  # smtp://user:password@host:587 or smtps://…; empty: letters stay in the outbox
    sign_up: bool = True  # whether strangers may make accounts
    second_proof: bool = True  # keepers of accounts and readers of the audit need one-time codes
    first_password_days: int = 7  # how long a password made by a keeper opens; 0: without end
    sign_in_rate: str = "30/minute;300/hour"  # attempts from one address at any form of sign-in
    letter_rate: str = "6/minute;40/hour"  # requests for letters from one address
    oidc_issuer: str = ""  # a sign-in service (OpenID Connect); empty: none
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_title_zh: str = "统一身份认证"
    oidc_title_en: str = "single sign-on"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one instance."""

    path: Path
    settings: Settings = field(default_factory=Settings)

    @property
    def database(self) -> str:
        """Give the SQL database of the ledger as an SQLAlchemy URL."""
        return self.settings.database or f"sqlite:///{self.path / 'ledger.sqlite'}"

    @property
    def files(self) -> Path:
        """Give the folder of content-addressed statements."""
        return self.path / "files"

    @property
    def live(self) -> Path:
        """Give the folder of the keeper's own stores."""
        return self.path / "live"

    @property
    def snapshots(self) -> Path:
        """Give the folder of published views."""
        return self.path / "snapshots"

    @property
    def feed(self) -> Path:
        """Give the folder of the parts of feed pages that are kept."""
        return self.path / "feed"

    @property
    def counts(self) -> Path:
        """Give the folder of how much each view holds."""
        return self.path / COUNTS

    @property
    def flows(self) -> Path:
        """Give the folder of the steps of lineage that are kept for processes that begin."""
        return self.path / FLOWS

    @property
    def reports(self) -> Path:
        """Give the folder of the loads' reports."""
        return self.path / "reports"


def open_home(path: Path, environment: dict[str, str] | None = None) -> Home:
    """Open an instance that `create_home` made; raise NotFound where there is none."""
    path = path.resolve()
    file = path / SETTINGS_FILE
    if not file.exists():
        raise NotFound(
            f"There is no govgraph instance in {path}. Begin one with: govgraph init",
            f"{path} 里没有 govgraph 实例。请先运行：govgraph init",
        )
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Invalid(
            f"{file} is not valid TOML: {error}", f"{file} 不是有效的 TOML：{error}"
        ) from error
    return Home(path, settings_from(values, environment or dict(os.environ)))


def refuse_other_base(path: Path, base: str) -> None:
    """Raise Conflict where a folder holds an instance that has another base already."""
    if not (path / SETTINGS_FILE).exists():
        return
    held = open_home(path).settings.base
    if held != base_iri(base):
        raise Conflict(
            f"{path} holds an instance with the base {held}. A base is part of every name and is "
            "never changed: choose another folder with --home, or leave --base out.",
            f"{path} 中已有以 {held} 为基址的实例。基址是所有名称的一部分，不能更改："
            "请用 --home 另选文件夹，或不指定 --base。",
        )


def create_home(path: Path, settings: Settings) -> Home:
    """Make the folder of a new instance with its settings; keep one that is there.

    Raises Invalid, with nothing made, for a base that cannot begin an IRI.
    """
    path = path.resolve()
    settings = replace(settings, base=base_iri(settings.base))
    path.mkdir(parents=True, exist_ok=True)
    if not (path / SETTINGS_FILE).exists():
        text = "\n".join(f"{line}" for line in settings_lines(settings)) + "\n"
        (path / SETTINGS_FILE).write_text(text, "utf-8")
    for folder in ("files", "live", "snapshots", "reports"):
        (path / folder).mkdir(exist_ok=True)
    return open_home(path)


def settings_lines(settings: Settings) -> list[str]:
    """Give the settings that differ from the defaults, and always the base, as TOML lines."""
    lines = ["# The base IRI is part of every local name: never change it after the first load."]
    for each in fields(Settings):
        value = getattr(settings, each.name)
        if each.name == "base" or value != each.default:
            lines.append(f"{each.name} = {toml_value(value)}")
    return lines


def toml_value(value: str | float | bool) -> str:  # noqa: FBT001 - a value, not a flag
    """Write one setting as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def settings_from(values: dict[str, Any], environment: dict[str, str]) -> Settings:
    """Read settings from a TOML table; `GOVGRAPH_PORT=…` and the like win over it."""
    known = {each.name: each for each in fields(Settings)}
    if unknown := sorted(set(values) - set(known)):
        raise Invalid(
            f"{SETTINGS_FILE}: unknown setting {', '.join(unknown)}. "
            f"Known are: {', '.join(sorted(known))}.",
            f"{SETTINGS_FILE}：未知的设置 {'、'.join(unknown)}。可用的有：{'、'.join(sorted(known))}。",
        )
    given = dict(values)
    for name in known:
        if (text := environment.get(f"GOVGRAPH_{name.upper()}")) is not None:
            given[name] = text
    chosen = {name: typed(name, value, known[name].default) for name, value in given.items()}
    settings = Settings(**chosen)
    if settings.default_graph not in DEFAULT_GRAPHS:
        listed = " / ".join(DEFAULT_GRAPHS)
        raise Invalid(
            f"Setting default_graph = {settings.default_graph!r} should be one of: {listed}.",
            f"设置 default_graph = {settings.default_graph!r} 应为以下之一：{listed}。",
        )
    return replace(settings, base=base_iri(settings.base))


def base_iri(text: str) -> str:
    """Give the base IRI without a final slash; raise Invalid where it cannot begin an IRI."""
    base = text.rstrip("/")
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", base):
        raise Invalid(
            f"base = {text!r} is not an http(s) address.",
            f"base = {text!r} 不是有效的 http(s) 地址。",
        )
    return base


def typed(name: str, value: object, default: object) -> Any:  # noqa: ANN401 - the default's type
    """Give the value in the type of the default; raise Invalid where it does not fit."""
    try:
        if isinstance(default, bool):
            return value if isinstance(value, bool) else str(value).lower() in {"1", "true", "yes"}
        if isinstance(default, int):
            return int(str(value))
        if isinstance(default, float):
            return float(str(value))
        return str(value)
    except ValueError as error:
        raise Invalid(
            f"Setting {name} = {value!r} should be a number.",
            f"设置 {name} = {value!r} 应当是数字。",
        ) from error
