"""Which form of a thing a client gets: by the suffix of the address, else by its Accept header."""

from __future__ import annotations

from dataclasses import dataclass

from sparql.formats import chosen, not_acceptable


@dataclass(frozen=True, slots=True)
class Form:
    """One form a thing can be had in: the suffix of its address, and how HTTP names it."""

    suffix: str
    media_type: str
    also: tuple[str, ...] = ()  # other names that clients ask for it by


HTML = Form("html", "text/html", ("application/xhtml+xml",))
TURTLE = Form("ttl", "text/turtle", ("application/x-turtle", "text/n3"))
RDF_XML = Form("rdf", "application/rdf+xml")
JSON_LD = Form("jsonld", "application/ld+json")
N_TRIPLES = Form("nt", "application/n-triples")
JSON = Form("json", "application/json")
FORMS = (HTML, TURTLE, RDF_XML, JSON_LD, N_TRIPLES, JSON)
DATA = FORMS[1:]
BY_SUFFIX = {form.suffix: form for form in DATA}


def split_suffix(code: str) -> tuple[str, Form | None]:
    """Part `roads.ttl` into its code and the form that the suffix asks for, if it does."""
    stem, dot, suffix = code.rpartition(".")
    form = BY_SUFFIX.get(suffix)
    return (stem, form) if dot and stem and form else (code, None)


def accepted(accept: str | None, forms: tuple[Form, ...] = FORMS) -> Form:
    """Give the form that an Accept header likes best, the earlier of equals.

    A client that says nothing, or that it takes everything, gets the first. Raises NotAcceptable
    where it takes none of them.
    """
    form = chosen(accept, forms)
    if form is None:
        raise not_acceptable(forms)
    return form
