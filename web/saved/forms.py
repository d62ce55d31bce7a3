"""What the form of a query sent: read whole, with a sentence for each field that is wrong."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from graph.asking.saved import Place, Said, Saved, Sharing
from graph.search.sound import readings
from ontology.actions import Action
from ontology.errors import Invalid, QueryRefused
from sparql.guard import DEFAULT
from sparql.templates import template_of
from web.accounts import people
from web.accounts.holders import district_of
from web.language import language
from web.saved.here import thing_at

LONGEST = {"title": 150, "description": 2000}
MOST_TAGS = 12
LONGEST_TAG = 40
PARTED = re.compile(r"[\s,，;；、#]+")
NOT_PLAIN = re.compile(r"[^a-z0-9]+")
STEM = 48  # characters of an address


@dataclass(frozen=True, slots=True)
class Wish:
    """What was sent: what the query shall say, where it shall stand, and what is wrong by field."""

    said: Said
    place: Place
    faults: dict[str, str] = field(default_factory=dict)


def wish_of(form: MultiDict[str, str], owner: str, seen: Saved | None = None) -> Wish:
    """Read a form of the owner's query; `seen` is how it stood, None for a new one."""
    said = Said(
        text=form.get("query", "").replace("\r\n", "\n").strip("\n"),
        title_zh=_line(form, "title_zh"),
        title_en=_line(form, "title_en"),
        description_zh=form.get("description_zh", "").strip(),
        description_en=form.get("description_en", "").strip(),
        tags=tags_of(form.get("tags", "")),
    )
    place = place_of(form, seen)
    faults = {**_words(said), **_text(said.text), **_shared(owner, place, seen)}
    return Wish(said, place, faults)


def _line(form: MultiDict[str, str], name: str) -> str:
    return " ".join(form.get(name, "").split())


def tags_of(typed: str) -> tuple[str, ...]:
    """Give the tags of a line, each once, in small letters."""
    parts = (unicodedata.normalize("NFKC", each).lower() for each in PARTED.split(typed))
    return tuple(dict.fromkeys(each for each in parts if each))


def place_of(form: MultiDict[str, str], seen: Saved | None) -> Place:
    """Read how far it shall be shared, and with which department; what is no word is private."""
    wanted = form.get("sharing", Sharing.PRIVATE)
    sharing = Sharing(wanted) if wanted in set(Sharing) else Sharing.PRIVATE
    department = form.get("department", "").strip()
    if seen is not None and department == seen.place.department:
        return Place(sharing, department, seen.place.district)
    return Place(sharing, department, district_of(department) if department else None)


def _words(said: Said) -> dict[str, str]:
    faults = {}
    if not (said.title_zh or said.title_en):
        faults["title_zh"] = _("Give it a title, in Chinese or in English.")
    for name in ("title_zh", "title_en", "description_zh", "description_en"):
        most = LONGEST[name.partition("_")[0]]
        if len(getattr(said, name)) > most:
            faults[name] = _("At most %(n)s characters.", n=most)
    if len(said.tags) > MOST_TAGS or any(len(each) > LONGEST_TAG for each in said.tags):
        faults["tags"] = _(
            "At most %(n)s tags of at most %(m)s characters.", n=MOST_TAGS, m=LONGEST_TAG
        )
    return faults


def _text(text: str) -> dict[str, str]:
    if not text.strip():
        return {"query": _("There is no query to save.")}
    try:
        read = template_of(text, DEFAULT)
    except (Invalid, QueryRefused) as error:
        return {"query": error.sentence(language())}
    if not read.form:
        return {"query": _("A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE.")}
    return {}


def _shared(owner: str, place: Place, seen: Saved | None) -> dict[str, str]:
    """Say why it may not be shared so far; what stands there already may stay."""
    if seen is not None and seen.place == place and place.sharing is not Sharing.PUBLIC:
        return {}
    thing = thing_at(owner, place)
    if place.sharing is Sharing.DEPARTMENT and not place.department:
        return {"department": _("Say with which department.")}
    if place.department and place.sharing is not Sharing.PUBLIC:
        verdict = people.allowed(Action.SHARE_QUERY, thing)
        return {} if verdict else {"department": _refusal(verdict.why, verdict.ask)}
    if place.sharing is Sharing.PUBLIC:
        verdict = people.allowed(Action.PUBLISH_QUERY, thing)
        return {} if verdict else {"sharing": _refusal(verdict.why, verdict.ask)}
    return {}


def _refusal(why: tuple[str, str], ask: tuple[str, str]) -> str:
    return f"{people.words(why)} {people.words(ask)}".strip()


def stem_of(said: Said) -> str:
    """Give how the name in the address begins: the English title, else how the Chinese one sounds."""
    plain = unicodedata.normalize("NFKD", said.title_en).lower()
    if not said.title_en:
        heard = (readings(each)[:1] or (each,) for each in said.title_zh)
        plain = " ".join(part for each in heard for part in each).lower()
    words = NOT_PLAIN.sub("-", plain).strip("-")
    return words[:STEM].strip("-") or "query"
