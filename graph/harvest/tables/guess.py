"""A first mapping for a catalogue nobody has described: from its columns' names and its values.

What is written loads as it stands. A column is used where its name is known and its values agree,
or where nearly all its values are words of one code list, dates, web or e-mail addresses. Whatever
is doubtful stands as a comment beside the column, for a person to decide.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from graph.harvest.tables.guess_words import (
    COLUMN_NAMES,
    SAID_FORMS,
    SEPARATORS,
    WHETHER,
    YES_AND_NO,
)
from graph.harvest.tables.json_rows import PART
from graph.harvest.tables.properties import GUARDED, PROPERTIES
from graph.harvest.tables.rows import Rows
from graph.harvest.tables.values import (
    Way,
    clean,
    is_filler,
    read_date,
    read_email,
    read_phone,
    read_url,
)
from graph.ledger.digest import short_digest
from ontology.code_lists import code_list, folded
from ontology.errors import Invalid

SAMPLE = 5000
MOST = 0.8  # the share of values that must agree
SOME = 0.05  # the share of values that shows a separator
ROWS_PER_DATASET = 1.5  # more rows than that to a title: the rows are data items
BY_VALUES = ("openness", "sharing", "frequency", "format", "theme", "national-theme")
LIST_PROPERTIES = {
    "openness": ("entry", "gov:opennessType"),
    "sharing": ("entry", "gov:sharingType"),
    "frequency": ("entry", "dct:accrualPeriodicity"),
    "format": ("distribution", "dct:format"),
    "theme": ("entry", "dcat:theme"),
    "national-theme": ("entry", "dcat:theme"),
}
NEVER_TWICE = frozenset({"dct:title", "dct:publisher", *GUARDED})
PLACE = re.compile(r"^(?P<city>[\u4e00-\u9fff]{2,4}?市|[\u4e00-\u9fff]{2,7}?自治州)")
REGISTER_CITY = "上海市"


@dataclass(frozen=True, slots=True)
class Sample:
    """One column of the file: its name and the values that say something."""

    name: str
    values: tuple[str, ...]

    @property
    def distinct(self) -> tuple[str, ...]:
        """Give the different values, the commonest first."""
        return tuple(value for value, _ in Counter(self.values).most_common())

    def share(self, holds: Callable[[str], bool]) -> float:
        """Give the share of values of which something holds."""
        return sum(map(holds, self.values)) / len(self.values) if self.values else 0.0


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column seems to say."""

    name: str
    on: str
    says: str
    list: str = ""
    separators: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    language: str = ""
    synonyms: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def code_list(self) -> str:
        """Give the list its values stand in."""
        return self.list or PROPERTIES[self.says].code_list


def guess(rows: Rows) -> str:
    """Write a first mapping for a table, as TOML with comments.

    Raises Invalid where no column could be a title.
    """
    samples = _samples(rows)
    guesses = _titled(rows, samples, _guesses(samples))
    by_name = {each.name: each for each in samples}
    by_items = _rows_are_items(guesses, by_name)
    kept = [each for each in guesses if by_items or _of_entry(each, guesses, by_name)]
    return "\n".join(_document(rows, samples, kept, by_items=by_items)) + "\n"


def _samples(rows: Rows) -> list[Sample]:
    """Read the first rows, by column."""
    top = [row.cells for row in islice(rows, SAMPLE) if not row.fault]
    return [
        Sample(name, tuple(_saying(cells.get(name, "") for cells in top))) for name in rows.header
    ]


def _saying(texts: Iterable[str]) -> Iterator[str]:
    """Yield cleaned texts that say something."""
    for text in map(clean, texts):
        if text and not is_filler(text):
            yield text


def _plain(name: str) -> str:
    """Fold a column's name: no brackets, stars or spaces."""
    whole = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|[\s*_:#.\-]+", "", whole)


def _guesses(samples: Sequence[Sample]) -> list[Guess]:
    """Guess every column: by its name, else by its values; no property twice where one is meant."""
    found: list[Guess] = []
    names = {each.name: _by_name(each) for each in samples}
    for each in samples:
        one = names[each.name] or _by_values(each)
        if one and not _taken(one, found):
            found.append(one)
    return found


def _taken(one: Guess, found: Sequence[Guess]) -> bool:
    """Say whether an earlier column says the same already."""
    same = [
        each
        for each in found
        if (each.on, each.says, each.language) == (one.on, one.says, one.language)
    ]
    if not same:
        return False
    return one.says in NEVER_TWICE or not PROPERTIES[one.says].many


def _by_name(sample: Sample) -> Guess | None:
    """Guess a column by its name, where its values do not speak against it."""
    plain = _plain(sample.name)
    english = plain.startswith(("英文", "english")) or plain.endswith(("en", "英文"))
    for (on, says, listed), names in COLUMN_NAMES.items():
        if plain in names.split():
            return _agreeing(sample, Guess(sample.name, on, says, listed))
    stem = re.sub(r"^英文|英文|english|en$", "", plain)
    if english and stem in COLUMN_NAMES["entry", "dct:title", ""].split():
        return Guess(sample.name, "entry", "dct:title", language="en")
    return None


def _agreeing(sample: Sample, one: Guess) -> Guess | None:
    """Give a guess with what its values add; None where they speak against it."""
    reads = PROPERTIES[one.says].reads
    if one.says == "vcard:fn":
        return _contact(sample, one)
    if reads == "concept":
        return _listed(sample, one)
    if reads == "date":
        return _dated(sample, one)
    if reads in VALUE_TESTS and sample.values and sample.share(VALUE_TESTS[reads]) < MOST:
        return None
    if PROPERTIES[one.says].many and reads == "text":
        return replace(one, separators=_separators(sample))
    return one


def _contact(sample: Sample, one: Guess) -> Guess:
    """Tell e-mail addresses and telephone numbers from names."""
    for reads, says in (("email", "vcard:hasEmail"), ("phone", "vcard:hasTelephone")):
        if sample.share(VALUE_TESTS[reads]) >= MOST:
            return replace(one, says=says)
    return one


def _listed(sample: Sample, one: Guess) -> Guess | None:
    """Give a guess of a code list with its separator, and the words the list does not know."""
    synonyms = _whether(sample, one)
    separators = _list_separators(sample, one.code_list)
    hits = _hits(sample, one.code_list, separators)
    if synonyms:
        return replace(
            one, synonyms=synonyms, notes=("check: does “yes” mean without conditions?",)
        )
    if one.says in GUARDED and hits < MOST:
        note = "words not in the list: give synonyms, until then such records are set aside"
        return replace(one, notes=(note, *_unknown(sample, one.code_list, separators)))
    if sample.values and hits < MOST / 2:
        return _as_keyword(sample, one)
    return replace(
        one, separators=separators, notes=tuple(_unknown(sample, one.code_list, separators))
    )


def _as_keyword(sample: Sample, one: Guess) -> Guess | None:
    """Keep the words of a theme column that no list knows as keywords; nothing of other columns."""
    if one.says != "dcat:theme" or sample.share(str.isdigit) > SOME:
        return None
    note = "the list of themes knows few of these words, so they are kept as keywords"
    return Guess(
        sample.name, "entry", "dcat:keyword", separators=_separators(sample), notes=(note,)
    )


def _whether(sample: Sample, one: Guess) -> dict[str, str]:
    """Give what yes and no mean in a column that asks whether data is open."""
    asks = _plain(sample.name).startswith(WHETHER) and one.says == "gov:opennessType"
    known = asks and all(folded(value) in YES_AND_NO for value in sample.distinct)
    return {value: YES_AND_NO[folded(value)] for value in sample.distinct} if known else {}


def _unknown(sample: Sample, name: str, separators: Sequence[str]) -> Iterator[str]:
    """Yield a note of the commonest words that a list does not know."""
    words = Counter(word for value in sample.values for word in _parts(value, separators))
    unknown = [word for word, _ in words.most_common() if code_list(name).match(word) is None]
    if unknown:
        listed = ", ".join(json.dumps(word, ensure_ascii=False) for word in unknown[:8])
        yield f"not in the list “{name}”: {listed}"


def _parts(value: str, separators: Sequence[str]) -> list[str]:
    """Part a value."""
    parts = re.split("|".join(map(re.escape, (*separators, PART))), value)
    return [part.strip() for part in parts if part.strip()]


def _hits(sample: Sample, name: str, separators: Sequence[str]) -> float:
    """Give the share of words that stand in a list."""
    words = [word for value in sample.values for word in _parts(value, separators)]
    known = code_list(name)
    return sum(known.match(word) is not None for word in words) / len(words) if words else 0.0


def _list_separators(sample: Sample, name: str) -> tuple[str, ...]:
    """Give the separator under which most words stand in the list; none if none is better."""
    best = _hits(sample, name, ())
    choice: tuple[str, ...] = ()
    for each in SEPARATORS:
        hits = _hits(sample, name, (each,))
        if hits > best + 0.01:
            best, choice = hits, (each,)
    return choice


def _separators(sample: Sample) -> tuple[str, ...]:
    """Give the marks that stand in enough values to part them."""
    return tuple(
        each
        for each in SEPARATORS
        if each not in {"/", " "} and sample.share(lambda value, each=each: each in value) >= SOME  # type: ignore[misc]
    )


def _dated(sample: Sample, one: Guess) -> Guess | None:
    """Give a guess of dates with the form they need; None where they are no dates."""
    if not sample.values or sample.share(VALUE_TESTS["date"]) >= MOST:
        return one
    way = {form: Way(dates=(form,)) for form in SAID_FORMS}
    fitting = [
        form
        for form in SAID_FORMS
        if sample.share(lambda text, form=form: read_date(text, way[form]).term is not None) >= MOST  # type: ignore[misc]
    ]
    return replace(one, dates=(fitting[0],)) if len(fitting) == 1 else None


def _by_values(sample: Sample) -> Guess | None:
    """Guess a column whose name says nothing by what stands in it."""
    if not sample.values:
        return None
    for name in BY_VALUES:
        separators = _list_separators(sample, name)
        words = {word for value in sample.distinct for word in _parts(value, separators)}
        if len(words) > 1 and _hits(sample, name, separators) >= MOST:
            on, says = LIST_PROPERTIES[name]
            return Guess(sample.name, on, says, name, separators, notes=("guessed by its values",))
    for reads, (on, says) in VALUE_PROPERTIES.items():
        if sample.share(VALUE_TESTS[reads]) >= MOST:
            return Guess(sample.name, on, says, notes=("guessed by its values",))
    return None


VALUE_TESTS: dict[str, Callable[[str], bool]] = {
    "date": lambda text: read_date(text, Way()).term is not None,
    "url": lambda text: read_url(text, Way()).term is not None,
    "email": lambda text: read_email(text, Way()).term is not None,
    "phone": lambda text: read_phone(text, Way()).term is not None,
    "integer": str.isdigit,
}
VALUE_PROPERTIES = {
    "email": ("contact", "vcard:hasEmail"),
    "url": ("entry", "dcat:landingPage"),
}


def _titled(rows: Rows, samples: Sequence[Sample], guesses: list[Guess]) -> list[Guess]:
    """Make sure that something is the title: else the most telling column of texts."""
    if any(each.says == "dct:title" and each.on == "entry" for each in guesses):
        return guesses
    used = {each.name for each in guesses}
    free = [each for each in samples if each.values and each.name not in used]
    texts = [each for each in free if each.share(str.isdigit) < SOME]
    if not texts:
        raise Invalid(
            f"{rows.path.name}: no column could be a title; write a mapping by hand.",
            f"{rows.path.name}：没有可作名称的列，请手工编写映射。",
        )
    best = max(texts, key=lambda each: len(each.distinct))
    note = "no column is called a title; this one tells the records apart best"
    return [*guesses, Guess(best.name, "entry", "dct:title", notes=(note,))]


def _rows_are_items(guesses: Sequence[Guess], samples: dict[str, Sample]) -> bool:
    """Say whether several rows make one dataset, each being a data item."""
    items = [
        each for each in guesses if each.on == "item" and each.says in {"csvw:title", "csvw:name"}
    ]
    title = samples[_first(guesses, "dct:title")]
    return bool(items) and len(title.values) > ROWS_PER_DATASET * len(title.distinct)


def _of_entry(each: Guess, guesses: Sequence[Guess], samples: dict[str, Sample]) -> bool:
    """Say whether a column is kept where a row is a dataset: items only from many-valued cells."""
    if each.on != "item":
        return True
    named = any(other.says == "csvw:title" for other in guesses)
    return named and each.says == "csvw:title" and bool(_separators(samples[each.name]))


def _first(guesses: Sequence[Guess], says: str) -> str:
    """Give the first column that says something of the entry, or nothing."""
    return next((each.name for each in guesses if each.says == says and each.on == "entry"), "")


def _key(
    guesses: Sequence[Guess], samples: dict[str, Sample], *, by_items: bool
) -> tuple[str, ...]:
    """Give what makes a record the same: its identifier where all differ, else title and body."""
    identifier = _first(guesses, "dct:identifier")
    title = _first(guesses, "dct:title")
    if identifier:
        sample = samples[identifier]
        full = len(sample.values) >= len(samples[title].values)
        if full and (by_items or len(sample.distinct) == len(sample.values)):
            return (identifier,)
    return tuple(filter(None, (title, _first(guesses, "dct:publisher"))))


def _document(
    rows: Rows, samples: Sequence[Sample], guesses: Sequence[Guess], *, by_items: bool
) -> Iterator[str]:
    """Yield the mapping's lines."""
    by_name = {each.name: each for each in samples}
    key = _key(guesses, by_name, by_items=by_items)
    title = by_name[_first(guesses, "dct:title")]
    chinese = title.share(lambda text: re.search(r"[\u4e00-\u9fff]", text) is not None) >= MOST / 2
    name = _slug(rows.path.name.split(".")[0])
    yield f"# A first mapping for {rows.path.name}, guessed from its columns and values: check it."
    yield f"name = {_quoted(name)}"
    yield f'kind = "dataset"{" # or: layer" if not by_items else ""}'
    yield from ['row = "item" # several rows make one dataset'] if by_items else []
    yield f"source = {_quoted(name)}"
    yield f"language = {_quoted('zh' if chinese else 'en')}"
    yield f"key = {_quoted(key)} # what makes a record the same at the next load"
    yield from [] if by_items else _distinguish(guesses, key)
    for each in guesses:
        yield from _column(each, by_items=by_items)
    yield from _unused(samples, guesses)
    yield from _provider(by_name.get(_first(guesses, "dct:publisher")))


def _distinguish(guesses: Sequence[Guess], key: Sequence[str]) -> Iterator[str]:
    """Yield the columns that may tell records of one key apart, the steadiest first."""
    order = ("dct:issued", "dct:identifier", "dct:format", "dcat:keyword", "dct:description")
    names = [each.name for says in order for each in guesses if each.says == says]
    free = [name for name in names if name not in key]
    if free:
        yield f"distinguish = {_quoted(free)} # tell apart different records of one key"


def _column(each: Guess, *, by_items: bool) -> Iterator[str]:
    """Yield the lines of one column."""
    yield ""
    yield from (f"# {note}" for note in each.notes)
    yield "[[columns]]"
    yield f"name = {_quoted(each.name)}"
    yield from [f"on = {_quoted(each.on)}"] if each.on != "entry" else []
    yield f"property = {_quoted(each.says)}"
    yield from [f"list = {_quoted(each.list)}"] if each.list else []
    yield from [f"language = {_quoted(each.language)}"] if each.language else []
    separators = each.separators or (
        ("、", "，", ",") if each.on == "item" and not by_items else ()
    )
    yield from [f"separators = {_quoted(separators)}"] if separators else []
    yield from [f"dates = {_quoted(each.dates)}"] if each.dates else []
    internal = each.says in {"vcard:fn", "vcard:hasTelephone"}
    yield from ["internal = true # a person's: not in the open view"] if internal else []
    yield from ["required = true"] if each.says == "dct:title" and not each.language else []
    if each.synonyms:
        pairs = ", ".join(f"{_quoted(was)} = {_quoted(now)}" for was, now in each.synonyms.items())
        yield f"synonyms = {{ {pairs} }}"


def _unused(samples: Sequence[Sample], guesses: Sequence[Guess]) -> Iterator[str]:
    """Yield a comment for each column that is not used."""
    used = {each.name for each in guesses}
    for each in samples:
        if each.name not in used:
            shown = ", ".join(
                re.sub(r"[\x00-\x1f\x7f]", " ", value[:20]) for value in each.distinct[:3]
            )
            yield f"\n# not used: {_quoted(each.name)} (for example: {shown or 'always empty'})"


def _provider(bodies: Sample | None) -> Iterator[str]:
    """Yield how the bodies' names are understood."""
    if bodies is None or not bodies.values:
        return
    cities = Counter(found["city"] for name in bodies.distinct if (found := PLACE.match(name)))
    city, count = cities.most_common(1)[0] if cities else ("", 0)
    if city == REGISTER_CITY or not city or count * 2 < len(bodies.distinct):
        yield "\n# [provider]"
        yield '# scope = "…市" # the place of bodies named without one, if it is not the register\'s'
        return
    yield "\n[provider]"
    yield f"scope = {_quoted(city)} # bodies named without a place are this city's"


def _quoted(value: str | Sequence[str]) -> str:
    """Give a text or a list of texts as TOML."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(_quoted(each) for each in value)}]"


def _slug(stem: str) -> str:
    """Give a name for the source: letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", unicodedata.normalize("NFKC", stem).lower()).strip("-")
    return plain or f"catalogue-{short_digest(stem)[:6]}"
