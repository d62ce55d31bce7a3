"""The form of a template on its page: its parameters as fields, and the answer to what was sent."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

from flask import request
from flask_babel import gettext as _

from graph.asking.saved import Saved
from ontology.errors import GovgraphError
from ontology.sentences import Sentence
from sparql.formats import EVERY, KIND_OF_FORM, Format
from sparql.offered import template
from sparql.refusals import status_of
from sparql.templates import Parameter, Template, WrongValues, bound, choices
from web.accounts import people
from web.language import language
from web.page import address
from web.query.page import Download, asked
from web.query.views import endpoint, view
from web.saved.pages import Ask, Choice, Trial
from web.site import site

TYPES = {
    "iri": ("An address (IRI)", "一个地址（IRI）"),
    "string": ("A text", "文字"),
    "date": ("A day, as 2026-11-29", "日期，如 2026-11-29"),
    "integer": ("A whole number", "整数"),
    "code": ("One of the list", "从列表中选择"),
}
RUN = "run"


def trial(saved: Saved, version: int | None) -> Trial | None:
    """Give the form of a template, with its answer where one is asked for; None for no template."""
    read = template(saved)
    if read is None or not read.parameters:
        return None
    sent = {name: request.args.getlist(name) for name in names_of(read) if name in request.args}
    path = f"/api/queries/{saved.slug}" + (f"/v/{version}" if version else "")
    pairs = [(name, value) for name, values in sent.items() for value in values if value]
    if not sent:
        pairs = examples_of(read)
    made = Trial(
        asks=tuple(ask_of(each, sent.get(each.name), {}) for each in read.parameters),
        address=address(f"{site().base}{path}", pairs),
        downloads=tuple(downloads(path, pairs, read)),
    )
    return answered(made, read, sent) if RUN in request.args else made


def names_of(read: Template) -> list[str]:
    """Name the parameters."""
    return [each.name for each in read.parameters]


def examples_of(read: Template) -> list[tuple[str, str]]:
    """Give the values of an example call: what must be given."""
    return [(p.name, each) for p in read.parameters if not p.optional for each in p.examples]


def downloads(path: str, pairs: list[tuple[str, str]], read: Template) -> list[Download]:
    """Give the forms in which the same answer can be had."""
    kind = KIND_OF_FORM.get(read.form)
    forms: tuple[Format, ...] = EVERY[kind] if kind else ()
    return [
        Download(each.name, each.media_type, address(path, [*pairs, ("format", each.name)]))
        for each in forms
    ]


def answered(made: Trial, read: Template, sent: dict[str, list[str]]) -> Trial:
    """Ask, and add the answer or what is wrong."""
    started = time.perf_counter()
    try:
        text = bound(read, sent)
        result = asked(text, view(), endpoint(), language())
    except WrongValues as error:
        asks = tuple(ask_of(p, sent.get(p.name), error.faults) for p in read.parameters)
        return replace(made, asks=asks, status=400)
    except people.Denied:
        raise
    except GovgraphError as error:
        return replace(made, fault=error.sentence(language()), status=status_of(error))
    result = replace(result, downloads=made.downloads)
    return replace(made, result=result, seconds=time.perf_counter() - started)


def ask_of(parameter: Parameter, sent: list[str] | None, faults: Mapping[str, Sentence]) -> Ask:
    """Give one parameter as a field; before anything was sent, what must be given is an example."""
    usual = () if parameter.optional else parameter.examples
    values = tuple(usual if sent is None else sent)
    fault = faults.get(parameter.name)
    listed = tuple(
        Choice(zh if language() == "zh" else en, value, value in values)
        for value, zh, en in choices(parameter)
    )
    return Ask(
        parameter=parameter,
        words=parameter.words(language()),
        value="\n".join(values) if parameter.many else next(iter(values), ""),
        hint=hint_of(parameter),
        choices=listed,
        fault=people.words(fault) if fault else "",
    )


def hint_of(parameter: Parameter) -> str:
    """Say what may be written, and whether it must be."""
    said = people.words(TYPES[parameter.kind])
    example = next(iter(parameter.examples), "")
    parts = [
        said,
        _("for example %(value)s", value=example) if example and parameter.kind != "code" else "",
        _("may be left out") if parameter.optional else "",
    ]
    return " · ".join(each for each in parts if each)
