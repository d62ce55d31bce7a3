"""The pages of the explorer."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from graph.search.question import Question
from graph.views.counts import Counts
from graph.views.snapshots import View
from ontology.actions import Action
from sparql.leaving import heard_by
from web.accounts import people
from web.catalogue.names import names_of
from web.exploring import presenting
from web.exploring.drawn import NOTHING, Drawn, drawn_of
from web.exploring.looking import looked
from web.exploring.pages import ExplorePage, Named, SidePage, StartPage
from web.exploring.picture import picture
from web.exploring.reckoning import reckoned
from web.exploring.sight import Sight, kind_in, sight, text_in
from web.exploring.starting import start_page
from web.exploring.state import PATH, Naming, State, done, state
from web.language import language
from web.query.listening import ear_of
from web.query.views import counts_of, endpoint
from web.site import site

blueprint = Blueprint("exploring", __name__)
HITS = 12
ROWS = 1_000
CHOSEN = 300  # things offered as the other end of a way


def naming() -> Naming:
    """Give how things are named in addresses."""
    return Naming(site().settings.base)


@blueprint.get(PATH)
def start() -> AnyResponse | str:
    """Show where to begin, or what the address asks to be in view."""
    now = state(request.args, site().settings.base)
    if act := request.args.get("do", ""):
        return redirect(done(now, act, request.args).url(), 303)
    here, words = people.view(), request.args.get("q", "").strip()[:200]
    if not now.begun:
        return render_template("exploring/start.html", page=beginning(here, words))
    if request.args.get("part") == "side":  # the panel alone, where the script has the rest
        return render_template("exploring/side.html", page=side(seen(now, here)))
    return render_template("exploring/explore.html", page=page(seen(now, here), words))


def beginning(here: View, words: str) -> StartPage:
    """Give the first page."""
    counted = kept_counts(here)
    classes = counted.classes if counted else None
    first = start_page(here, classes, naming(), language())
    return replace(first, words=words, hits=hits(here, words))


def seen(now: State, here: View) -> Sight:
    """Bring a state to sight."""
    return sight(here, now, naming(), language(), drawn(now.query, here))


def drawn(text: str, here: View) -> Drawn:
    """Ask the query of a state; raise Denied for who may not."""
    if not text:
        return NOTHING
    people.required(Action.QUERY)
    with heard_by(ear_of(request.environ)):
        return drawn_of(text, here, endpoint())


def side(found: Sight) -> SidePage:
    """Give the thing looked at, and the others in view."""
    counted = kept_counts(found.view)
    some = list(found.reached)[:CHOSEN]
    return SidePage(
        looked=looked(found, counted.properties if counted else ()),
        choices=tuple(presenting.named(found, iri) for iri in some),
    )


def page(found: Sight, words: str) -> ExplorePage:
    """Put the page together."""
    now, name, beside = found.state, found.naming, side(found)
    return ExplorePage(
        state=tuple(pair for pair in now.pairs() if pair[0] not in CHOSEN_IN_FORM),
        url=now.url(),
        words=words,
        hits=hits(found.view, words),
        looked=beside.looked,
        rows=presenting.table(found),
        tree=presenting.branches(found),
        statements=tuple(presenting.statement(found, each) for each in found.arcs),
        ways=presenting.ways(found),
        standing=reckoned(found),
        picture=picture(found),
        by=now.by,
        layout=now.layout,
        kinds=presenting.kinds(found),
        relations=presenting.relations(found),
        graphs=presenting.graphs(found),
        since=now.since,
        until=now.until,
        hidden=tuple(presenting.named(found, name.whole(each)) for each in now.hide),
        missing=found.missing,
        left=len(found.all_kinds) - len(found.reached),
        others=found.drawn.others,
        cut=found.cut,
        query=now.query,
        choices=beside.choices,
        question=now.url(""),
    )


# Parts of the state that stand on the page as fields and not as hidden values.
CHOSEN_IN_FORM = frozenset({"by", "layout", "kind", "without", "graph", "since", "until"})


def hits(here: View, words: str) -> tuple[Named, ...]:
    """Give things of the catalogue by words: of every kind."""
    if not words:
        return ()
    asked = Question(text=words, size=HITS, language=language(), facets=(), kinds=frozenset())
    iris = [each.row.iri for each in here.index.search(asked).hits]
    names, name = names_of(here, iris, base=site().settings.base, language=language()), naming()
    return tuple(
        Named(name.short(iri), text_in(names, iri), str(kind_in(names, iri, None).one))
        for iri in iris
    )


def kept_counts(here: View) -> Counts | None:
    """Give how much a view holds, as it is counted while the ledger moves; None where it is not."""
    return counts_of(site())(here)
