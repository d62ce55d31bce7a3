"""What the engine will do with a query, in words, and what would make it cheaper.

The order is reckoned as the engine reckons it (by which places of a pattern are known, the cheapest
first, then whatever hangs on it); the figures are the counts that are kept of the reader's own view.
Nothing is asked of the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graph.views.counts import Counts
from ontology.sentences import Sentence
from ontology.terms import RDF
from sparql import remarks

Part = dict[str, Any]
# What the engine takes a pattern to match, by which of subject, predicate and object are known.
WEIGHTS = {
    (True, True, True): 1,
    (True, True, False): 10,
    (True, False, True): 2,
    (False, True, True): 10_000,
    (True, False, False): 100,
    (False, False, True): 100_000,
    (False, True, False): 1_000_000,
    (False, False, False): 1_000_000_000,
}
FAR = 1_000  # rows passed over by OFFSET that are worth a word
MANY = 1_000  # things read that are worth a word
TYPE = RDF.type.value
JOINED = {"join", "pattern", "values", "service"}
SUBJECT, VERB, OBJECT = 0, 1, 2
RECKONED = "?__agg_"  # rdflib's names of what is reckoned of a group


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the engine does, in order: which part of the text, and what that means.

    `reads` is how many things it reads, where that is known.
    """

    part: str
    words: Sentence
    reads: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that costs or is likely a mistake, and how to write it otherwise."""

    kind: str
    words: Sentence
    hint: Sentence


@dataclass(slots=True)
class Explanation:
    """All of it, in order. `seq` is the change that the figures are of; None where there are none."""

    seq: int | None = None
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def explained(outline: Part, counts: Counts | None) -> Explanation:
    """Explain the outline of a query with the counts of the reader's view."""
    reading = Reading(counts, Explanation(counts.seq if counts else None))
    known = reading.walk(outline["tree"], frozenset())
    for name in outline["shown"]:
        if f"?{name}" not in known and outline["form"] == "SELECT":
            reading.find("unbound", remarks.unbound(name))
    return reading.told


@dataclass(slots=True)
class Reading:
    """A walk over an outline that writes down what it meets."""

    counts: Counts | None
    told: Explanation

    def step(self, part: str, words: Sentence, reads: int | None = None) -> None:
        """Write down a step."""
        self.told.steps.append(Step(part, words, reads))

    def find(self, kind: str, said: tuple[Sentence, Sentence]) -> None:
        """Write down a finding, once."""
        found = Finding(kind, *said)
        if found not in self.told.findings:
            self.told.findings.append(found)

    def walk(self, part: Part, known: frozenset[str]) -> frozenset[str]:
        """Go through a part; give the variables that are known after it."""
        if part["kind"] in JOINED:
            return self.join([*flat(part)], known)
        around = {
            "optional": self.optional,
            "union": self.union,
            "minus": self.minus,
            "filter": self.filter,
            "graph": self.graph,
        }.get(part["kind"])
        if around is not None:
            return around(part, known)
        after = self.walk(part["below"], known)
        return self.above(part, after)

    # Patterns that are joined ----------------------------------------------------------------

    def join(self, parts: list[Part], known: frozenset[str]) -> frozenset[str]:
        """Take the parts in the order in which the engine would."""
        left, heads, reached = parts, list[int | None](), known
        while left:
            near = [each for each in left if variables(each) & reached or not variables(each)]
            chosen = min(near or left, key=lambda each: weight(each, reached))
            left = [each for each in left if each is not chosen]
            fresh = not near
            before = len(self.told.steps)
            reached = self.taken(chosen, reached, fresh=fresh)
            if fresh:
                heads.append(
                    self.told.steps[before].reads if len(self.told.steps) > before else None
                )
        self.crossed(heads, first=not known)
        return reached

    def taken(self, part: Part, known: frozenset[str], *, fresh: bool) -> frozenset[str]:
        """Take one part of a join."""
        if part["kind"] == "pattern":
            self.pattern(part, known, fresh=fresh)
        elif part["kind"] == "values":
            self.step("VALUES", remarks.listed(part["rows"]), part["rows"])
        elif part["kind"] == "service":
            self.step(f"SERVICE {part['name']}", remarks.service(part["name"]))
        else:
            return self.walk(part, known)
        return known | variables(part)

    def crossed(self, heads: list[int | None], *, first: bool) -> None:
        """Tell of groups of patterns that share nothing: each row is combined with each."""
        if len(heads) > 1 or (heads and not first):
            sizes = [each for each in heads if each is not None]
            self.find("cross-product", remarks.crossed(sizes if len(sizes) == len(heads) else []))

    def pattern(self, part: Part, known: frozenset[str], *, fresh: bool) -> None:
        """Say how one pattern is found."""
        written = " ".join(part["places"])
        set_ = places_known(part, known)
        reads = self.size(part)
        if reads == 0:
            self.find(
                "nothing", remarks.nothing(part["places"][OBJECT if self.is_type(part) else VERB])
            )
        if part["path"]:
            self.path(part, written, set_)
        elif set_[SUBJECT]:
            self.step(
                written,
                remarks.CHECKED
                if all(set_)
                else remarks.BY_SUBJECT
                if not fresh
                else remarks.DIRECT,
            )
        elif set_[OBJECT] and not self.is_type(part):
            self.step(written, remarks.BY_OBJECT if not fresh else remarks.DIRECT)
        elif set_[VERB]:
            self.step(written, remarks.all_of(part, self.is_type(part), reads), reads)
        else:
            total = self.counts.statements if self.counts else None
            self.step(written, remarks.everything(total), total)
            self.find("everything", remarks.EVERYTHING)

    def path(self, part: Part, written: str, set_: tuple[bool, bool, bool]) -> None:
        """Say how a path is walked."""
        loose = not (set_[SUBJECT] or set_[OBJECT])
        self.step(written, remarks.WALKED if not loose else remarks.WALKED_FROM_ALL)
        if loose and part["endless"]:
            self.find("endless-path", remarks.ENDLESS)

    def is_type(self, part: Part) -> bool:
        """Say whether a pattern asks for the things of a class that it names."""
        return bool(part["iris"][VERB] == TYPE and part["iris"][OBJECT])

    def size(self, part: Part) -> int | None:
        """Give how much of the view a pattern can match at most, where that is counted."""
        _, verb, object_ = part["iris"]
        if self.counts is None or not verb:
            return None
        if self.is_type(part):
            return self.counts.classes.get(object_, 0)
        return self.counts.properties.get(verb, 0)

    # What stands around them -----------------------------------------------------------------

    def optional(self, part: Part, known: frozenset[str]) -> frozenset[str]:
        """Go through what may be missing, which is looked for once for each row."""
        if part["left"] == NOTHING_YET:
            self.find("optional-first", remarks.OPTIONAL_FIRST)
        before = self.walk(part["left"], known)
        self.step("OPTIONAL", remarks.OPTIONAL)
        inside = variables(part["right"])
        if before and inside and not inside & before:
            self.find("optional-apart", remarks.OPTIONAL_APART)
            before = before | inside
        return before | self.walk(part["right"], before)

    def union(self, part: Part, known: frozenset[str]) -> frozenset[str]:
        """Each side is asked by itself."""
        self.step("UNION", remarks.UNION)
        return known.union(*(self.walk(each, known) for each in part["parts"]))

    def minus(self, part: Part, known: frozenset[str]) -> frozenset[str]:
        """Go through what is taken away, which is found by itself."""
        before = self.walk(part["left"], known)
        self.step("MINUS", remarks.MINUS)
        self.walk(part["right"], frozenset())
        if not before & variables(part["right"]):
            self.find("minus-apart", remarks.MINUS_APART)
        return before

    def filter(self, part: Part, known: frozenset[str]) -> frozenset[str]:
        """Go through a test of each row, made as soon as its variables are known."""
        after = self.walk(part["below"], known)
        names = ", ".join(each for each in part["tests"] if not each.startswith(RECKONED))
        word = "FILTER" if names or not part["tests"] else "HAVING"
        if part["tests"] or not part["exists"]:
            self.step(f"{word} {names}".strip(), remarks.TESTED)
        if part["textual"]:
            self.find("text", remarks.textual(**part["textual"]))
        missing = [each for each in part["tests"] if each not in after]
        if missing and not part["exists"]:
            self.find("test-unbound", remarks.test_unbound(missing[0]))
        for one, other in part["equal"]:
            if {one, other} <= after:
                self.find("equal", remarks.equal(one, other))
        for each in part["exists"]:
            self.step("EXISTS", remarks.EXISTS)
            self.walk(each, after)
        return after

    def graph(self, part: Part, known: frozenset[str]) -> frozenset[str]:
        """Go through a named graph; with a variable, every one."""
        name = part["name"]
        self.step(f"GRAPH {name}", remarks.graph(name))
        return self.walk(part["below"], known) | ({name} if name[0] == "?" else frozenset())

    def above(self, part: Part, after: frozenset[str]) -> frozenset[str]:
        """Tell what is made of rows once they are found."""
        match part["kind"]:
            case "bind":
                after |= {part["variable"]}
            case "shown":
                after &= frozenset(part["variables"])
            case "aggregate":
                after |= frozenset(part["variables"])
            case "group":
                self.step("GROUP BY", remarks.GROUPED)
            case "order":
                self.step("ORDER BY", remarks.ORDERED)
            case "distinct":
                self.step("DISTINCT", remarks.DISTINCT)
            case "cut":
                self.cut(part)
        return after

    def cut(self, part: Part) -> None:
        """Rows are passed over and cut at the end."""
        if part["limit"] is not None:
            self.step(f"LIMIT {part['limit']}", remarks.limit(part["limit"]))
        if part["offset"] >= FAR:
            self.find("offset", remarks.offset(part["offset"]))
        read = max((each.reads or 0 for each in self.told.steps), default=0)
        if part["limit"] is not None and sorts(part) and read >= MANY:
            self.find("sorted", remarks.late_limit(read))


NOTHING_YET: Part = {"kind": "join", "parts": []}


def sorts(part: Part) -> bool:
    """Say whether rows are sorted below here."""
    while part.get("below") and part["kind"] in {"cut", "shown", "distinct", "order"}:
        if part["kind"] == "order":
            return True
        part = part["below"]
    return False


def flat(part: Part) -> Iterator[Part]:
    """Give what is joined, through joins of joins."""
    if part["kind"] != "join":
        yield part
        return
    for each in part["parts"]:
        yield from flat(each)


def variables(part: Part) -> frozenset[str]:
    """Give the variables that a part speaks of."""
    if part["kind"] == "pattern":
        return frozenset(each for each in part["places"] if each[0] == "?")
    if part["kind"] in {"values", "service", "shown"}:
        return frozenset(part["variables"])
    own = {part["variable"]} if part["kind"] == "bind" else set[str]()
    if part["kind"] == "graph" and part["name"][0] == "?":
        own.add(part["name"])
    return frozenset(own).union(*map(variables, below(part)))


def below(part: Part) -> Iterable[Part]:
    """Give the parts within one; of a remarks.MINUS what is kept."""
    if part["kind"] == "minus":
        return (part["left"],)
    return (
        *part.get("parts", ()),
        *(part[each] for each in ("below", "left", "right") if each in part),
    )


def places_known(part: Part, known: frozenset[str]) -> tuple[bool, bool, bool]:
    """Say which places of a pattern are known: written out, or bound before."""
    subject, verb, object_ = (each[0] != "?" or each in known for each in part["places"])
    return subject, verb or part["path"], object_


def weight(part: Part, known: frozenset[str]) -> int:
    """Give what the engine takes a part to cost."""
    if part["kind"] == "pattern":
        return WEIGHTS[places_known(part, known)]
    if part["kind"] == "values":
        return int(part["rows"])
    inside = [weight(each, known) for each in below(part)]
    return max(inside, default=1)
