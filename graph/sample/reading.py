"""The tables of `content/`, read into records: who holds what, under which code.

A department's or district's datasets are numbered in the order they are written, so a new one goes
to the end of its table. A template of the districts stands once and counts for each district named.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from graph.sample.items import agreeing, axes_of, field_of, items_of
from graph.sample.specs import (
    Content,
    Dataset,
    Element,
    Item,
    Layer,
    Library,
    Office,
    Service,
    System,
    Thing,
)

Table = Mapping[str, Any]
THE_CITY = "310000"
CONTENT = Path(__file__).parent / "content"

# What the tables call it -> what the record calls it.
RENAMED = {
    "share": "sharing",
    "open": "openness",
    "share_if": "sharing_condition",
    "open_if": "openness_condition",
    "from": "sources",
}
LISTS = {"words", "themes", "formats", "sources", "related"}
ENGLISH_WORDS = "words_en"  # may hold blanks, so they are parted by commas


def table(name: str) -> Table:
    """Read one TOML file."""
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


@cache
def content() -> Content:
    """Read everything; the same each time, so once."""
    fields = fields_of(table("fields.toml"))
    districts = table("districts.toml")
    holders = {each["code"]: each for each in departments()}
    holders |= {code: district_holder(code, districts) for code in districts["district"]}
    datasets = [each for holder in holders.values() for each in datasets_of(holder, fields)]
    libraries = table("libraries.toml")
    return Content(
        offices={code: office_of(holder) for code, holder in holders.items()},
        datasets={each.ref: each for each in resolved(datasets)},
        systems={each.ref: each for holder in holders.values() for each in systems_of(holder)},
        services={each.ref: each for holder in holders.values() for each in services_of(holder)},
        libraries={code: Library(code, **each) for code, each in libraries["library"].items()},
        elements={code: element_of(code, each) for code, each in libraries["element"].items()},
        phrases=table("phrases.toml"),
        codes=table("codes.toml"),
        things=tuple(
            Thing(kind, code, **said)
            for kind, each in table("instances.toml").items()
            for code, said in each.items()
        ),
    )


def departments() -> Iterator[Table]:
    """Read every department's file."""
    for path in sorted((CONTENT / "departments").glob("*.toml")):
        yield table(f"departments/{path.name}")


def fields_of(tables: Table) -> dict[str, Item]:
    """Read the dictionary of fields."""
    grades = tables["sensitivity"]
    return {name: field_of(name, line, grades) for name, line in tables["field"].items()}


def district_holder(code: str, districts: Table) -> Table:
    """Make a district's table: the templates that name it, then its own datasets."""
    district = districts["district"][code]
    common = {
        slug: filled(template, district)
        for slug, template in districts["template"].items()
        if template["districts"] == "*" or code in template["districts"].split()
    }
    own = district.get("dataset", {})
    return {**district, "code": code, "dataset": {**common, **own}}


def filled(template: Table, district: Table) -> Table:
    """Set the district's names into a template's texts."""
    names = {"zh": district["zh"], "en": district["en"]}
    said: dict[str, Any] = {
        key: value.format(**names) if isinstance(value, str) else value
        for key, value in template.items()
        if key != "districts"
    }
    if "layer" in said:
        said["layer"] = said["layer"] | {"bounds": district["bounds"]}
    return said


def office_of(holder: Table) -> Office:
    """Read who holds the tables of a file."""
    zh = holder.get("office") or f"{holder['zh']}人民政府办公室"
    en = holder.get("office_en") or f"Office of {holder['en']} District Government"
    return Office(holder["code"], zh, en, holder["phone"], holder.get("division", THE_CITY))


def datasets_of(holder: Table, fields: Mapping[str, Item]) -> Iterator[Dataset]:
    """Read a holder's datasets, with the defaults the file states."""
    usual = holder.get("usual", {}) | {"division": holder.get("division", THE_CITY)}
    for number, (slug, said) in enumerate(holder.get("dataset", {}).items(), start=1):
        code = f"{holder['code']}-{number:04d}"
        yield dataset_of(holder["code"], slug, code, usual | said, fields)


def dataset_of(
    department: str, slug: str, code: str, said: Table, fields: Mapping[str, Item]
) -> Dataset:
    """Read one dataset; its axes are as strict as its strictest item."""
    values = {RENAMED.get(key, key): value for key, value in said.items()}
    values |= {key: tuple(values[key].split()) for key in LISTS & values.keys()}
    values[ENGLISH_WORDS] = tuple(filter(None, values.get(ENGLISH_WORDS, "").split(", ")))
    items = items_of(values.pop("items", ""), fields)
    sharing = values.pop("sharing", "unconditional")
    sharing, openness = axes_of(items, sharing, values.pop("openness", "unconditional"))
    layer = values.pop("layer", None)
    return Dataset(
        department=department,
        slug=slug,
        code=code,
        items=agreeing(items, sharing, openness),
        sharing=sharing,
        openness=openness,
        layer=layer_of(layer) if layer else None,
        **values,
    )


def layer_of(said: Table) -> Layer:
    """Read what a layer has beside a dataset."""
    west, south, east, north = said["bounds"]
    return Layer(
        said.get("crs", "4490"),
        said["resolution"],
        (west, south, east, north),
        said.get("parent", ""),
    )


def systems_of(holder: Table) -> Iterator[System]:
    """Read a holder's systems."""
    for slug, said in holder.get("system", {}).items():
        feeds = tuple(qualified(each, holder["code"]) for each in said.get("feeds", "").split())
        code = f"{holder['code']}-{slug}"
        yield System(
            department=holder["code"], slug=slug, code=code, **(dict(said) | {"feeds": feeds})
        )


def services_of(holder: Table) -> Iterator[Service]:
    """Read a holder's services that serve several datasets."""
    for slug, said in holder.get("service", {}).items():
        yield Service(holder["code"], slug, f"{holder['code']}-{slug}", **said)


def element_of(code: str, said: Table) -> Element:
    """Read a data element."""
    values = dict(said)
    synonyms = tuple(values.pop("synonyms", "").split())
    return Element(code=code, synonyms=synonyms, **values)


def qualified(reference: str, department: str) -> str:
    """Give "department/slug" for a bare slug."""
    return reference if "/" in reference or not reference else f"{department}/{reference}"


def resolved(datasets: list[Dataset]) -> Iterator[Dataset]:
    """Qualify every reference; "*/slug" means all districts that have it."""
    theirs = [each.ref for each in datasets if each.division != THE_CITY]
    for each in datasets:
        here = each.department
        yield replace(
            each,
            sources=tuple(spread(each.sources, here, theirs)),
            related=tuple(spread(each.related, here, theirs)),
            system=qualified(each.system, here),
            service=qualified(each.service, here),
            series=qualified(each.series, here),
            previous=qualified(each.previous, here),
            replaced_by=qualified(each.replaced_by, here),
            layer=each.layer and replace(each.layer, parent=qualified(each.layer.parent, here)),
        )


def spread(references: tuple[str, ...], department: str, districts: list[str]) -> Iterator[str]:
    """Qualify references, each "*/slug" becoming all of the districts that end so."""
    for reference in references:
        if reference.startswith("*/"):
            yield from (each for each in districts if each.endswith(reference[1:]))
        else:
            yield qualified(reference, department)
