"""Which standard data element a data item is: suggestions, each with a score and its reasons.

Nothing here decides. Every rule says in words what it saw, a steward accepts or rejects, and what
was decided is seen by the next suggestion: a name that was accepted counts as a name of the
element, a name that was rejected is not suggested for it again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from graph.association import reasons
from graph.search.sound import INITIALS, sounds
from ontology import item_names
from ontology.identifiers import SCHEMES, Level, fault, tidied
from ontology.sentences import Sentence

LEAST = 0.5  # score from which an element is suggested
MOST = 3  # suggestions for one item
SURE = 0.9  # score from which many are accepted at once without looking at each

# How sure a rule is by itself.
LEARNED, SAME, OTHER, ROLE, HALF, SPELT, LIKE = 0.97, 0.96, 0.92, 0.82, 0.72, 0.7, 0.9
REJECTED, FAILED, FOREIGN_UNIT = 0.4, 0.3, 0.4  # what speaks against an element takes away
FORMED, FOREIGN_FORM = 1.1, 0.4  # values of the element's form, or of another
SUREST = 0.99
PROVEN = 0.9  # part of the sample values that must have the right check character
FEW = 3  # sample values that prove anything
SHORT = 2  # characters of a name that is like another by chance
ALIKE = 0.75  # likeness of two names from which one may be the other


@dataclass(frozen=True, slots=True)
class Element:
    """A standard data element: what it is called, and what its values look like.

    `type` is the notation of its item type ("C", "D", ...), `length` 0 where it says none.
    """

    iri: str
    code: str
    title: str
    names: tuple[str, ...]
    type: str = ""
    length: int = 0
    library: str = ""
    key: bool = False
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A data item as far as suggestions ask; `field` is its name in the table of the system."""

    name: str
    field: str = ""
    type: str = ""
    length: int = 0
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An element that an item may be: how sure from 0 to 1, and why, in both languages."""

    element: Element
    score: float
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What stewards decided: how often a name was accepted and rejected for an element's IRI.

    Names are as `plain_name` gives them.
    """

    accepted: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rejected: Mapping[tuple[str, str], int] = field(default_factory=dict)


NOTHING = Learned()


def plain_name(name: str) -> str:
    """Give a name as decisions are remembered by it."""
    return item_names.alike(item_names.plain(name))


class Suggester:
    """Suggests elements for items; made once for a set of elements."""

    def __init__(self, elements: Iterable[Element], learned: Learned = NOTHING) -> None:
        """Know these elements and what was decided."""
        self.elements = tuple(elements)
        self.learned = learned
        self._by_name: dict[str, list[Element]] = {}
        self._by_sound: dict[str, list[Element]] = {}
        for element in self.elements:
            for name in names_of(element):
                self._by_name.setdefault(plain_name(name), []).append(element)
            for spelling in spellings(element.title):
                self._by_sound.setdefault(spelling, []).append(element)
        self._pairs = {name: item_names.pairs(name) for name in self._by_name if len(name) > SHORT}
        self._taught: dict[str, list[str]] = {}
        for name, iri in learned.accepted:
            self._taught.setdefault(name, []).append(iri)
        self._by_iri = {each.iri: each for each in self.elements}

    def suggest(self, item: Item) -> list[Suggestion]:
        """Give the elements that an item may be, the surest first."""
        best: dict[str, Suggestion] = {}
        for found in (*self._named(item), *self._sampled(item)):
            judged = self._judged(item, found)
            known = best.get(judged.element.iri)
            if known is None or judged.score > known.score:
                best[judged.element.iri] = judged
        ranked = sorted(best.values(), key=lambda each: (-each.score, each.element.code))
        return [each for each in ranked if each.score >= LEAST][:MOST]

    def _named(self, item: Item) -> Iterator[Suggestion]:
        """Suggest by what the item is called."""
        said = item_names.read(item.name)
        whole = item_names.alike(said.whole)
        yield from self._taught_by(plain_name(item.name))
        exact = list(self._called(whole, SAME, reasons.same))
        yield from exact
        for name in said.others:
            part = (
                HALF if name in said.whole else OTHER
            )  # one of two things, or another name of one
            yield from self._called(item_names.alike(name), part, reasons.other)
        if not exact:
            yield from self._without(whole)
            yield from self._alike(whole)
        yield from self._spelt(item.field)

    def _taught_by(self, name: str) -> Iterator[Suggestion]:
        """Suggest what stewards accepted for a name."""
        for iri in self._taught.get(name, ()):
            if (element := self._by_iri.get(iri)) is not None:
                times = self.learned.accepted[name, iri]
                yield Suggestion(element, LEARNED, (reasons.accepted(times),))

    def _called(
        self, name: str, score: float, why: Callable[[str, str], Sentence]
    ) -> Iterator[Suggestion]:
        """Suggest the elements that are called so."""
        for element in self._by_name.get(name, ()):
            yield Suggestion(element, score, (why(name, element.title),))

    def _without(self, whole: str) -> Iterator[Suggestion]:
        """Suggest by what is left without the words that say whose it is."""
        for left, role, tail in item_names.stripped(whole):
            score = HALF if len(left) == 1 or (role and tail) else ROLE
            for found in self._called(item_names.alike(left), score, reasons.same):
                yield replace(found, reasons=(*found.reasons, reasons.without(role or tail)))

    def _alike(self, whole: str) -> Iterator[Suggestion]:
        """Suggest by a name that is much alike."""
        own = item_names.pairs(whole)
        for name, others in self._pairs.items():
            likeness = 2 * len(own & others) / (len(own) + len(others))
            if ALIKE <= likeness < 1:
                for element in self._by_name[name]:
                    yield Suggestion(element, likeness * LIKE, (reasons.alike(name, likeness),))

    def _spelt(self, name: str) -> Iterator[Suggestion]:
        """Suggest by a field's name that spells the element's in pinyin or its initials."""
        typed = item_names.plain(name).replace("_", "")
        for element in self._by_sound.get(typed, ()):
            yield Suggestion(element, SPELT, (reasons.spelt(name, element.title),))

    def _sampled(self, item: Item) -> Iterator[Suggestion]:
        """Suggest by sample values: right check characters, or a form that few other things have."""
        if len(item.samples) < FEW:
            return
        for element in self.elements:
            part = proven(element, item.samples)
            if part is not None and part >= PROVEN:
                yield Suggestion(element, SAME, (reasons.proven(len(item.samples), part),))
            elif (part := seen_in(element, item.samples)) >= PROVEN:
                yield Suggestion(element, ROLE, (reasons.formed(len(item.samples), part),))

    def _judged(self, item: Item, found: Suggestion) -> Suggestion:
        """Weigh a suggestion by type, length, unit, values and by what was decided before."""
        score, why = found.score, list(found.reasons)
        for factor, reason in self._weights(item, found.element):
            score *= factor
            why.append(reason)
        return Suggestion(found.element, min(score, SUREST), tuple(dict.fromkeys(why)))

    def _weights(self, item: Item, element: Element) -> Iterator[tuple[float, Sentence]]:
        """Give what speaks for and against an element, each as a factor with its reason."""
        if item.type and element.type:
            yield reasons.of_type(item.type, element.type)
        if item.length and element.length and item.type == element.type:
            weighed = reasons.of_length(item.length, element.length)
            yield from [weighed] if weighed else []
        unit = item_names.read(item.name).unit
        if unit and (unit == "money") != (element.type == reasons.MONEY):
            yield FOREIGN_UNIT, reasons.of_unit(unit)
        part = proven(element, item.samples)
        if part is not None and part < PROVEN:
            yield FAILED, reasons.failed(1 - part)
        if (part := formed(element, item.samples)) is not None:
            right = part >= PROVEN
            yield (
                (FORMED, reasons.formed(len(item.samples), part))
                if right
                else (
                    FOREIGN_FORM,
                    reasons.failed(1 - part),
                )
            )
        if times := self.learned.rejected.get((plain_name(item.name), element.iri), 0):
            yield REJECTED**times, reasons.rejected(times)


def names_of(element: Element) -> tuple[str, ...]:
    """Give all names of an element: its own, and those the word lists know."""
    known = item_names.words()["names"].get(element.title, ())
    return tuple(dict.fromkeys((element.title, *element.names, *known)))


def spellings(title: str) -> Iterator[str]:
    """Give a title's pinyin and its initials, of the whole title alone."""
    heard = sounds(title)
    whole = next((each for each in heard if not each.startswith(INITIALS)), None)
    initials = next((each for each in heard if each.startswith(INITIALS)), None)
    yield from (each.removeprefix(INITIALS) for each in (whole, initials) if each)


def proven(element: Element, samples: Sequence[str]) -> float | None:
    """Give which part of sample values is proven: by its check character, else by a known area.

    None where the element asks for neither.
    """
    named = item_names.words()["schemes"].get(element.title)
    values = [each for each in map(tidied, samples) if each]
    if named is None or len(values) < FEW:
        return None
    scheme = SCHEMES[named]
    level = Level.CHECK if scheme.checks else Level.AREA
    return sum(fault(scheme, each, level=level) is None for each in values) / len(values)


def formed(element: Element, samples: Sequence[str]) -> float | None:
    """Give which part of sample values is written as the element's are; None where nothing says how."""
    look = item_names.words()["values"].get(element.title)
    values = filled(samples)
    if look is None or len(values) < FEW:
        return None
    known, form = frozenset(look.get("known", ())), re.compile(look.get("form", r"(?!)"))
    return sum(each in known or form.fullmatch(each) is not None for each in values) / len(values)


def seen_in(element: Element, samples: Sequence[str]) -> float:
    """Give which part of sample values few other things have; 0 where they are written like others."""
    own = item_names.words()["values"].get(element.title, {}).get("own", False)
    told = own is True or bool(own and frozenset(own) & frozenset(samples))
    return (formed(element, samples) or 0.0) if told else 0.0


def filled(samples: Sequence[str]) -> list[str]:
    """Give sample values folded to one width, without those that are empty."""
    return [text for each in samples if (text := unicodedata.normalize("NFKC", each).strip())]
