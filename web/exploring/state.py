"""The state of the explorer: what is in view and how, all of it in the address.

So going back undoes, a link shares, and nothing needs a script. `State` is read from an address and
gives one; `done` applies one act of a reader to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from pyoxigraph import NamedNode
from werkzeug.datastructures import MultiDict

from graph.exploring.links import Relation
from graph.exploring.scene import Opening
from ontology.errors import Invalid
from ontology.terms import PREFIXES, shortened
from web.page import address

PATH = "/explore"
BETWEEN = "~"  # of the parts of a name in an address
LAYOUTS = ("force", "layered", "concentric", "groups")
GROUPS = ("type", "department", "system")
MOST = {"n": 200, "x": 200, "hide": 400, "pin": 200, "way": 5, "note": 60}
LONGEST = 300  # characters of a name or note
TEXT = 8_000  # characters of a query
PAGES = 40  # pages of one relation
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
ONE_END = "A way has two ends: choose both.", "一条路径有两端，请都选定。"
DIRECTIONS = {"in": True, "out": False}


@dataclass(frozen=True, slots=True)
class State:
    """What is in view: names (`kind/code`, else whole IRIs) and choices, each as the address has it.

    `n` things named, `x` relations opened, `pin` things kept with their places, `way` pairs whose
    ways are shown, `of` the one looked at; `without`, `kind` and `graph` are left out.
    """

    n: tuple[str, ...] = ()
    x: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    note: tuple[str, ...] = ()
    fold: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    graph: tuple[str, ...] = ()
    of: str = ""
    by: str = ""
    layout: str = ""
    since: str = ""
    until: str = ""
    query: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """Give the question of the address."""
        found: list[tuple[str, str]] = []
        for field in fields(self):
            held = getattr(self, field.name)
            values = held if isinstance(held, tuple) else (held,)
            found += [(field.name, each) for each in values if each]
        return found

    def url(self, path: str = PATH) -> str:
        """Give the address."""
        return address(path, self.pairs())

    @property
    def begun(self) -> bool:
        """Whether anything is asked to be in view."""
        return bool(self.n or self.pin or self.way or self.query or self.x)


SEVERAL = tuple(each.name for each in fields(State) if each.default == ())


def state(args: MultiDict[str, str], base: str) -> State:
    """Read the state of an address; raise Invalid for one that is too large or no state.

    A thing of this instance (`base`) has one name, also where it was named by its whole IRI.
    """
    local = f"{base}/id/"
    several = {
        name: tuple(dict.fromkeys(each.replace(local, "") for each in told(args, name)))
        for name in SEVERAL
    }
    by, layout = args.get("by", ""), args.get("layout", "")
    return State(
        **several,
        of=args.get("of", "")[:LONGEST].replace(local, ""),
        by=by if by in GROUPS else "",
        layout=layout if layout in LAYOUTS else "",
        since=day(args.get("since", "")),
        until=day(args.get("until", "")),
        query=asked(args.get("query", "")),
    )


def told(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    """Read the values of a parameter, each once."""
    found = tuple(dict.fromkeys(each for each in args.getlist(name) if each))
    most = MOST.get(name, 200)
    if len(found) > most or any(len(each) > LONGEST for each in found):
        raise Invalid(
            f"This address asks for more “{name}” than the explorer holds: at most {most}, "
            f"each of {LONGEST} characters.",
            f"该地址的“{name}”超出探索器的容量：至多 {most} 项，每项不超过 {LONGEST} 个字符。",
        )
    return found


def day(given: str) -> str:
    """Read a day, "" for none."""
    try:
        told = date.fromisoformat(given).isoformat() if given else ""
    except ValueError:
        told = ""
    if given != told:
        raise Invalid(
            f"A day is written like 2026-09-30, not “{given[:20]}”.",
            f"日期应写作 2026-09-30 的形式，而不是“{given[:20]}”。",
        )
    return given


def asked(given: str) -> str:
    """Read a query."""
    if len(given) > TEXT:
        raise Invalid(
            f"A query to draw has at most {TEXT} characters.",
            f"用于绘图的查询不超过 {TEXT} 个字符。",
        )
    return given.strip()


# Names ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Naming:
    """Puts IRIs into addresses and reads them there; `base` is the instance's own root."""

    base: str

    def short(self, iri: str) -> str:
        """Give the name of a thing in an address."""
        return shortened(iri.removeprefix(f"{self.base}/id/")).replace(BETWEEN, "%7E")

    def whole(self, name: str) -> str:
        """Give the IRI that a name means."""
        told = expanded(name.replace("%7E", BETWEEN))
        iri = told if SCHEME.match(told) else f"{self.base}/id/{told}"
        try:
            return NamedNode(iri).value
        except ValueError:
            raise Invalid(
                f"“{name[:60]}” names nothing.", f"“{name[:60]}”不是任何事物的名称。"
            ) from None

    def property(self, name: str) -> str:
        """Give the IRI of a property by its short name."""
        return self.whole(name)

    def opened(self, opening: Opening) -> str:
        """Give the name of an opened relation."""
        parts = [self.short(opening.iri), *relation_parts(opening.relation), str(opening.pages)]
        parts += [shortened(opening.of_class)] if opening.of_class else []
        return BETWEEN.join(parts)

    def opening(self, name: str) -> Opening:
        """Read an opened relation; raise Invalid for what is none."""
        thing, term, direction, pages, of_class = [*name.split(BETWEEN), *[""] * 5][:5]
        if direction not in DIRECTIONS or not (pages.isdecimal() and 0 < int(pages) <= PAGES):
            raise Invalid(
                f"“{name[:60]}” is no relation that can be opened.",
                f"“{name[:60]}”不是可以展开的关系。",
            )
        relation = Relation(self.whole(term), DIRECTIONS[direction])
        narrow = self.whole(of_class) if of_class else ""
        return Opening(self.whole(thing), relation, int(pages), narrow)

    def pair(self, name: str) -> tuple[str, str]:
        """Read two things."""
        one, _, other = name.partition(BETWEEN)
        if not one or not other:
            raise Invalid(*ONE_END)
        return self.whole(one), self.whole(other)


def relation_parts(relation: Relation) -> list[str]:
    """Give a relation as it stands in an address."""
    return [shortened(relation.term), "in" if relation.inward else "out"]


def expanded(name: str) -> str:
    """Give the IRI of a short name "dct:publisher"; an IRI is itself."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else name


# Acts -------------------------------------------------------------------------------------------


def done(now: State, act: str, args: Mapping[str, str]) -> State:
    """Give the state after an act: a verb and what it is done to ("hide dataset/jtw-0001")."""
    verb, _, what = act.partition(" ")
    if verb == "clear":
        return State()
    if verb == "note":
        return noted(now, what, args.get("text", ""))
    if verb == "way" and BETWEEN not in what:
        if not args.get("to"):
            raise Invalid(*ONE_END)
        what = f"{what}{BETWEEN}{args['to']}"
    change = ACTS.get(verb)
    if change is None or not what:
        raise Invalid(f"There is no act “{act[:40]}”.", f"没有“{act[:40]}”这种操作。")
    return change(now, what)


def added(now: State, what: str) -> State:
    """Bring a thing into view and look at it."""
    hide = without(now.hide, what)
    if what in now.n:
        return replace(now, of=what, hide=hide)
    return replace(now, n=(*now.n, what), of=what, hide=hide)


def hidden(now: State, what: str) -> State:
    """Take a thing out of view."""
    pin = tuple(each for each in now.pin if head(each) != what)
    hide = tuple(dict.fromkeys((*now.hide, what)))
    return replace(now, hide=hide, pin=pin, of="" if now.of == what else now.of)


def opened(now: State, what: str) -> State:
    """Open a relation, in place of the same one opened less far; look at whose it is."""
    same = key(what)
    rest = tuple(each for each in now.x if key(each) != same)
    place = next((i for i, each in enumerate(now.x) if key(each) == same), len(rest))
    return replace(now, x=(*rest[:place], what, *rest[place:]), of=head(what))


def shut(now: State, what: str) -> State:
    """Close a relation again."""
    return replace(now, x=tuple(each for each in now.x if key(each) != key(what)))


def pinned(now: State, what: str) -> State:
    """Keep a thing in view, at its place where one is said."""
    rest = tuple(each for each in now.pin if head(each) != head(what))
    return replace(now, pin=(*rest, what))


def loosed(now: State, what: str) -> State:
    """Keep a thing no longer; one that was named stays in view."""
    return replace(now, pin=tuple(each for each in now.pin if head(each) != what))


def noted(now: State, what: str, text: str) -> State:
    """Write a note at a thing; an empty one takes it away."""
    said = " ".join(text.split())[: LONGEST - len(what) - 1]
    rest = tuple(each for each in now.note if head(each) != what)
    return replace(now, note=(*rest, f"{what}{BETWEEN}{said}") if said else rest)


def without(held: Iterable[str], what: str) -> tuple[str, ...]:
    """Give some names but one."""
    return tuple(each for each in held if each != what)


def head(name: str) -> str:
    """Give the thing that a name begins with."""
    return name.partition(BETWEEN)[0]


def key(name: str) -> tuple[str, ...]:
    """Give what tells opened relations apart: all but how far they are open."""
    parts = name.split(BETWEEN)
    return (*parts[:3], *parts[4:])


ACTS: dict[str, Callable[[State, str], State]] = {
    "add": added,
    "look": lambda now, what: replace(now, of=what),
    "hide": hidden,
    "show": lambda now, what: replace(now, hide=without(now.hide, what)),
    "open": opened,
    "shut": shut,
    "pin": pinned,
    "loose": loosed,
    "way": lambda now, what: replace(now, way=tuple(dict.fromkeys((*now.way, what)))),
    "leave": lambda now, what: replace(now, way=without(now.way, what)),
    "fold": lambda now, what: replace(now, fold=tuple(dict.fromkeys((*now.fold, what)))),
    "unfold": lambda now, what: replace(now, fold=without(now.fold, what)),
}
