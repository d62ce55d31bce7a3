"""The words the code uses: one short name for each vocabulary, terms as RDF names.

`DCAT.Dataset` is the name `http://www.w3.org/ns/dcat#Dataset`; `CSVW["column"]` likewise. Terms of
our own namespace must be declared in `govgraph.ttl`: a test walks the code and says so.
"""

from __future__ import annotations

from functools import cache

from pyoxigraph import NamedNode

PREFIXES: dict[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "gov": "https://w3id.org/govgraph/ns#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Vocabulary:
    """A namespace: its attributes and items are its terms."""

    def __init__(self, prefix: str) -> None:
        """Stand for the namespace that `PREFIXES` gives to `prefix`."""
        self.iri = PREFIXES[prefix]

    @cache  # noqa: B019 - vocabularies live as long as the program, and so may their terms
    def __getitem__(self, name: str) -> NamedNode:
        """Give the term of that local name."""
        return NamedNode(self.iri + name)

    def __getattr__(self, name: str) -> NamedNode:
        """Give the term of that local name."""
        if name.startswith("__"):
            raise AttributeError(name)
        self.__dict__[name] = self[name]  # terms are asked often: found at once from now on
        return self[name]


ADMS = Vocabulary("adms")
AS = Vocabulary("as")
CSVW = Vocabulary("csvw")
DCAT = Vocabulary("dcat")
DCATAP = Vocabulary("dcatap")
DCT = Vocabulary("dct")
DQV = Vocabulary("dqv")
FOAF = Vocabulary("foaf")
GEO = Vocabulary("geo")
GOV = Vocabulary("gov")
HYDRA = Vocabulary("hydra")
LOCN = Vocabulary("locn")
ODRL = Vocabulary("odrl")
ORG = Vocabulary("org")
OWL = Vocabulary("owl")
PROV = Vocabulary("prov")
RDF = Vocabulary("rdf")
RDFS = Vocabulary("rdfs")
SCHEMA = Vocabulary("schema")
SH = Vocabulary("sh")
SKOS = Vocabulary("skos")
VCARD = Vocabulary("vcard")
VOID = Vocabulary("void")
XSD = Vocabulary("xsd")

CODES = "https://w3id.org/govgraph/"  # code lists and divisions: {CODES}{list}/{notation}
AUTHORITY = "http://publications.europa.eu/resource/authority/"  # the EU's named authority lists


def code_iri(code_list: str, notation: str) -> NamedNode:
    """Give the name of a concept in one of govgraph's own lists."""
    return NamedNode(f"{CODES}{code_list}/{notation}")


def shortened(iri: str) -> str:
    """Give the IRI as prefix:name where a prefix fits, else the IRI itself."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
