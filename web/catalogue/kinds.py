"""The kinds of things that have pages: what they are called and which classes make them so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from pyoxigraph import NamedNode

from ontology.terms import CSVW, DCAT, FOAF, GOV, ODRL, ORG, PROV, VCARD


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name in addresses, its names for people, and the classes it is known by.

    `lists` are the code lists whose concepts are things of this kind; `plain` ones have no code of
    their own in the graph and are named by their local IRI.
    """

    name: str
    one: LazyString
    many: LazyString
    classes: tuple[NamedNode, ...] = ()
    lists: tuple[str, ...] = ()
    plain: bool = False


# The first kind that fits a thing's classes is its kind: the narrow stand before the wide.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("layer", lazy_gettext("Map layer"), lazy_gettext("Map layers"), (GOV.MapLayer,)),
        Kind(
            "dataset",
            lazy_gettext("Dataset"),
            lazy_gettext("Datasets"),
            (DCAT.Dataset, DCAT.DatasetSeries),
        ),
        Kind(
            "item",
            lazy_gettext("Data item"),
            lazy_gettext("Data items"),
            (GOV.DataItem, CSVW.Column),
        ),
        # What base libraries tell apart and that is no person: before what their classes are part of.
        Kind(
            "legal-person",
            lazy_gettext("Legal person"),
            lazy_gettext("Legal persons"),
            (GOV.LegalPerson,),
        ),
        Kind(
            "address",
            lazy_gettext("Standard address"),
            lazy_gettext("Standard addresses"),
            (GOV.StandardAddress,),
        ),
        # Known by its name alone: its class is that of every place.
        Kind(
            "street", lazy_gettext("Street or town"), lazy_gettext("Streets and towns"), plain=True
        ),
        Kind(
            "department",
            lazy_gettext("Department"),
            lazy_gettext("Departments"),
            (
                GOV.Department,
                ORG.FormalOrganization,
                ORG.Organization,
                FOAF.Organization,
                FOAF.Agent,
            ),
        ),
        Kind(
            "system",
            lazy_gettext("Information system"),
            lazy_gettext("Information systems"),
            (GOV.InformationSystem,),
        ),
        Kind(
            "library",
            lazy_gettext("Base library"),
            lazy_gettext("Base libraries"),
            (GOV.BaseLibrary,),
        ),
        Kind(
            "element",
            lazy_gettext("Standard data element"),
            lazy_gettext("Standard data elements"),
            (GOV.DataElement,),
        ),
        Kind("service", lazy_gettext("Interface"), lazy_gettext("Interfaces"), (DCAT.DataService,)),
        Kind("job", lazy_gettext("Job"), lazy_gettext("Jobs"), (GOV.ExchangeJob,)),
        Kind("agreement", lazy_gettext("Agreement"), lazy_gettext("Agreements"), (ODRL.Agreement,)),
        Kind("reuse", lazy_gettext("Reuse"), lazy_gettext("Reuses"), (GOV.Reuse,)),
        Kind("run", lazy_gettext("Run"), lazy_gettext("Runs"), (PROV.Activity,), plain=True),
        Kind("source", lazy_gettext("Source"), lazy_gettext("Sources"), (DCAT.Catalog,)),
        Kind(
            "contact",
            lazy_gettext("Contact"),
            lazy_gettext("Contacts"),
            (VCARD.Kind, VCARD.Organization, VCARD.Individual, VCARD.Group),
            plain=True,
        ),
        Kind(
            "distribution",
            lazy_gettext("File"),
            lazy_gettext("Files"),
            (DCAT.Distribution,),
            plain=True,
        ),
        Kind(
            "schema",
            lazy_gettext("Table schema"),
            lazy_gettext("Table schemas"),
            (CSVW.TableSchema,),
            plain=True,
        ),
        Kind(
            "record",
            lazy_gettext("Catalogue record"),
            lazy_gettext("Catalogue records"),
            (DCAT.CatalogRecord,),
            plain=True,
        ),
        Kind("load", lazy_gettext("Load"), lazy_gettext("Loads"), plain=True),
        Kind(
            "theme",
            lazy_gettext("Theme"),
            lazy_gettext("Themes"),
            lists=("theme", "national-theme", "data-theme"),
        ),
        Kind("district", lazy_gettext("District"), lazy_gettext("Districts"), lists=("division",)),
    )
}
# The kinds as an address names them: a name that is no plain word stands in quotes.
ANY = f"any({','.join(each if each.isidentifier() else repr(each) for each in KINDS)})"
# Everything else that the graph tells of: reached by its whole name, not by kind and code.
THING = Kind("thing", lazy_gettext("Thing"), lazy_gettext("Things"))


def kind_of(classes: Iterable[str]) -> Kind:
    """Give the kind of a thing by its classes, THING where none tells."""
    held = set(classes)
    fitting = (kind for kind in KINDS.values() if held & {term.value for term in kind.classes})
    return next(fitting, THING)
