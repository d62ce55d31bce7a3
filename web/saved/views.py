"""`/queries`: the list, a page for each query, its versions and their difference, stars, deletion."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from graph.asking import offering
from graph.asking.offering import code_of
from graph.asking.saved import Saved, Sharing, Version, found
from ontology.actions import Action
from ontology.errors import NotFound
from ontology.permissions import Thing
from sparql.offered import is_template, offered
from sparql.shipped import shipped
from web.accounts import people, trail
from web.accounts.holders import bodies
from web.accounts.views import mine
from web.cataloguing.here import instance, now
from web.language import language
from web.page import PageUrl, address, pager
from web.query.views import workbench
from web.saved import differing, highlighting, trying
from web.saved.here import (
    at_version,
    every,
    may_delete,
    may_edit,
    number_of,
    one,
    queries,
    reader,
)
from web.saved.pages import Choice, ComparePage, ListPage, QueryPage, Row
from web.site import site

blueprint = Blueprint("saved", __name__)

SIZE = 30  # queries on one page
TAGS = 24  # tags shown
WORDS = 100  # characters of what is looked for


# The list -----------------------------------------------------------------------------------------


@blueprint.get("/queries")
def shelf() -> str:
    """Show the queries that the reader may read, narrowed as the address says."""
    words, tag = request.args.get("q", "")[:WORDS].strip(), request.args.get("tag", "")[:WORDS]
    all_of_them = list(every())
    whose = request.args.get("whose", "")
    here = [each for each in found(all_of_them, words, tag) if belongs(each, whose)]
    if request.args.get("kind") == "template":
        here = [each for each in here if is_template(each)]
    ordered = sorted_by(here, request.args.get("sort", ""))
    asked = tuple((k, v) for k, v in request.args.items() if k in FIELDS and v)
    number = max(1, request.args.get("page", 1, type=int))
    pages = pager(total=len(ordered), number=number, size=SIZE, url=PageUrl("/queries", asked))
    start = (number - 1) * SIZE
    page = ListPage(
        words=words,
        tag=tag,
        whose=whose_choices(all_of_them, whose),
        sorts=choices("sort", {"": _("Newest"), "stars": _("Most starred"), "title": _("By name")}),
        kinds=choices(
            "kind", {"": _("Everything"), "template": _("Can be called as an interface")}
        ),
        tags=tag_choices(all_of_them, tag),
        rows=tuple(row_of(each) for each in ordered[start : start + SIZE]),
        pager=pages,
        hidden=tuple(pair for pair in asked if pair[0] != "q"),
        may_save=bool(may_save()),
    )
    return render_template("saved/list.html", page=page)


FIELDS = ("q", "tag", "whose", "kind", "sort")


def may_save() -> object:
    """Say whether the reader may save queries of their own."""
    return people.allowed(Action.SAVE_QUERY, Thing("query", author=people.person().name))


def belongs(each: Saved, whose: str) -> bool:
    """Say whether a query is one of those that are looked at."""
    who = reader()
    if whose == "mine":
        return bool(who.name) and each.owner == who.name
    if whose == "department":
        return each.place.department in who.holders or each.place.district in who.holders
    if whose == "public":
        return each.place.sharing is Sharing.PUBLIC and bool(each.owner)
    return not each.owner if whose == "shipped" else True


def sorted_by(queries_: list[Saved], sort: str) -> list[Saved]:
    """Put queries in order; without one, as they come: the newest first, then what ships."""
    if sort == "stars":
        return sorted(queries_, key=lambda each: -each.stars)
    if sort == "title":
        return sorted(queries_, key=lambda each: each.said.title(language()).lower())
    return queries_


def choices(name: str, words: dict[str, str]) -> tuple[Choice, ...]:
    """Give the choices of one parameter of the address, each with the address it leads to."""
    taken = request.args.get(name, "")
    return tuple(Choice(said, led_to(name, value), value == taken) for value, said in words.items())


def led_to(name: str, value: str) -> str:
    """Give the address of the list with one parameter changed."""
    kept = [(k, request.args[k]) for k in FIELDS if request.args.get(k) and k != name]
    return address("/queries", [*kept, *([(name, value)] if value else [])])


def whose_choices(all_of_them: list[Saved], whose: str) -> tuple[Choice, ...]:
    """Give the shelves, with how many stand on each; those of accounts only to who has one."""
    named = {"": _("All")}
    if people.person().name:
        named |= {"mine": _("Mine"), "department": _("My department's")}
    named |= {"public": _("Public"), "shipped": _("Shipped examples")}
    return tuple(
        Choice(words, led_to("whose", key), key == whose, sum(belongs(e, key) for e in all_of_them))
        for key, words in named.items()
    )


def tag_choices(all_of_them: list[Saved], taken: str) -> tuple[Choice, ...]:
    """Give the tags that are used most, and the one that is taken."""
    counted = Counter(tag for each in all_of_them for tag in each.said.tags)
    shown = dict(counted.most_common(TAGS)) | ({taken: counted[taken]} if taken else {})
    return tuple(
        Choice(tag, led_to("tag", "" if tag == taken else tag), tag == taken, count)
        for tag, count in shown.items()
    )


def row_of(saved: Saved) -> Row:
    """Put a query into words."""
    sharing = {
        Sharing.PRIVATE: _("Private"),
        Sharing.DEPARTMENT: _("Shared with the department"),
        Sharing.PUBLIC: _("Public") if saved.owner else _("Shipped example"),
    }[saved.place.sharing]
    body = bodies().get(saved.place.department) if saved.place.department else None
    said = saved.said
    return Row(
        saved=saved,
        title=said.title(language()),
        about=said.description(language()),
        sharing=sharing,
        keeper=people.words(body.name) if body else saved.place.department,
        template=is_template(saved),
    )


# One query ----------------------------------------------------------------------------------------


@blueprint.get("/queries/<slug>")
def show(slug: str) -> tuple[str, int]:
    """Show one query as it stands; with values in the address, its answer too."""
    return shown(one(slug), None)


@blueprint.get("/queries/<slug>/v/<int:version>")
def show_version(slug: str, version: int) -> tuple[str, int]:
    """Show one query as a version said it."""
    return shown(at_version(one(slug), version), version)


def shown(saved: Saved, version: int | None) -> tuple[str, int]:
    """Put the page of a query together."""
    past = tuple(versions_of(saved))
    edit = may_edit(saved)
    newest = version is None or not past or version == past[0].version
    trial = trying.trial(saved, version)
    page = QueryPage(
        row=row_of(saved),
        runs=tuple(highlighting.runs(saved.said.text)),
        trial=trial,
        versions=past,
        newest=newest,
        links=links_of(saved, version),
        may_edit=bool(edit) and bool(saved.owner),
        why_not="" if edit or not saved.owner else people.words(edit.ask),
        may_delete=bool(saved.owner) and bool(may_delete(saved)),
        may_star=bool(may_save()),
        service=service_address(saved),
    )
    return render_template("saved/query.html", page=page), trial.status if trial else 200


def versions_of(saved: Saved) -> list[Version]:
    """Give the versions that the reader may read, newest first; what ships has none."""
    if not saved.owner:
        return []
    return [each for each in queries().versions(saved.slug) if readable(saved, each)]


def readable(saved: Saved, version: Version) -> bool:
    """Say whether the reader may read a version."""
    try:
        at_version(saved, version.version)
    except NotFound:
        return False
    return True


def links_of(saved: Saved, version: int | None) -> dict[str, str]:
    """Give where a query leads: to the workbench, to a copy, to its permanent address, to its call."""
    path = f"/queries/{saved.slug}" + (f"/v/{version}" if version else "")
    asked = [("version", str(version))] if version else []
    copied = [("copy", saved.slug), *([("version", str(version))] if version else [])]
    return {
        "run": address(f"/queries/{saved.slug}/run", asked),
        "copy": address("/queries/new", copied),
        "permanent": f"{site().base}/queries/{saved.slug}/v/{saved.version}",
        "path": path,
        "call": f"{site().base}/api{path}",
    }


def service_address(saved: Saved) -> str:
    """Give the page of a public template in the catalogue, "" for what is not told there."""
    if saved.place.sharing is not Sharing.PUBLIC or site().history is None:
        return ""
    known = instance().ledger.entry(offering.SOURCE, saved.slug)
    return f"/service/{code_of(saved.slug)}" if known and known.live else ""


@blueprint.get("/queries/<slug>/run")
def run(slug: str) -> Response:
    """Open a query in the workbench."""
    version = number_of(request.args.get("version", ""))
    return workbench(at_version(one(slug), version).said.text)


@blueprint.get("/queries/<slug>/compare")
def compare(slug: str) -> str:
    """Show how two versions differ."""
    saved = one(slug)
    known = {each.version: each for each in versions_of(saved)}
    later = request.args.get("to", saved.version, type=int)
    earlier = request.args.get("from", later - 1, type=int)
    if earlier not in known or later not in known:
        raise NotFound("There is no such version.", "没有这个版本。")
    before, after = known[earlier].said, known[later].said
    page = ComparePage(
        row=row_of(saved),
        versions=tuple(known.values()),
        earlier=earlier,
        later=later,
        changes=differing.changes(before, after),
        lines=differing.lines(before.text, after.text),
    )
    return render_template("saved/compare.html", page=page)


@blueprint.post("/queries/<slug>/star")
def star(slug: str) -> Response:
    """Star a query, or take the star back."""
    name = mine()
    saved = one(slug)
    people.required(Action.SAVE_QUERY, Thing("query", author=name))
    queries().star(saved.slug, name, on=request.form.get("on") == "1")
    return redirect(f"/queries/{saved.slug}", 303)


@blueprint.post("/queries/<slug>/delete")
def delete(slug: str) -> Response:
    """Delete a query for good, which who may and says its name."""
    name = mine()
    saved = one(slug)
    verdict = may_delete(saved)
    if not verdict or slug in shipped():
        raise people.Denied(verdict)
    if request.form.get("sure") != "yes":
        flash(_("Nothing was deleted: tick that you are sure."), "warning")
        return redirect(f"/queries/{saved.slug}", 303)
    queries().delete(saved.slug)
    if saved.place.sharing is Sharing.PUBLIC:
        offering.take_back(instance(), saved.slug, name, now(), "deleted by its keeper")
    trail.done(name, "delete query", thing=saved.slug)
    flash(_("The query was deleted."), "good")
    return redirect("/queries", 303)


def told_in_catalogue(actor: str) -> None:
    """See that the catalogue tells of every public template as it stands."""
    offering.align(instance(), offered(queries().public()), actor, now())
