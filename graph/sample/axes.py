"""The two axes in words: on what condition a thing is shared or open, or why it is not.

The same law for an entry and for each of its items: what is conditional says its condition, what
is withheld names its negative-list class and its basis (DOMAIN §1.3, §1.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pyoxigraph import Literal, NamedNode

from graph.sample.names import Town
from graph.sample.specs import Dataset, Item
from graph.sample.statements import Statements, text
from ontology.terms import GOV


@dataclass(frozen=True, slots=True)
class Wording:
    """What an entry says of its axes, each "Chinese|English"; its items say the same."""

    sharing: str
    openness: str
    refusal: str
    basis: str


def wording_of(town: Town, spec: Dataset, chance: Random) -> Wording:
    """Give the entry's own words, or what is usually said."""
    phrases = town.content.phrases
    refusal = spec.refusal or chance.choice("AAB")
    return Wording(
        spec.sharing_condition or chance.choice(phrases["sharing"]["conditional"]),
        spec.openness_condition or chance.choice(phrases["openness"]["conditional"]),
        refusal,
        spec.basis or chance.choice(phrases["basis"][refusal]),
    )


def add_axes(
    town: Town, subject: NamedNode, spec: Dataset | Item, words: Wording, said: Statements
) -> None:
    """Say an entry's or an item's two types, with the conditions or the reason they need."""
    said.say(subject, GOV.sharingType, town.concept("sharing", spec.sharing))
    said.say(subject, GOV.opennessType, town.concept("openness", spec.openness))
    if spec.sharing == "conditional":
        said.say(subject, GOV.sharingCondition, *both(words.sharing))
    if spec.openness == "conditional":
        said.say(subject, GOV.opennessCondition, *both(words.openness))
    if "none" in {spec.sharing, spec.openness}:
        said.say(subject, GOV.refusalClass, town.concept("refusal-class", words.refusal))
        said.say(subject, GOV.legalBasis, *both(words.basis))


def both(words: str) -> tuple[Literal | None, Literal | None]:
    """Read "Chinese|English"."""
    zh, _, en = words.partition("|")
    return text(zh, "zh"), text(en, "en")
