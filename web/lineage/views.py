"""The pages of lineage and what they are handed out as."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Blueprint, render_template, request

from graph.home import FLOWS
from graph.lineage.flows import Flows, is_described
from graph.lineage.holding import Held, touched_by
from graph.lineage.part import part_of
from graph.lineage.walking import circles
from graph.lineage.writing import Alone, alone_kept, kept_in
from graph.search.question import Question
from graph.views.snapshots import View
from ontology.errors import NotFound
from web.accounts import people
from web.catalogue.kinds import KINDS
from web.catalogue.names import names_of
from web.catalogue.reading import find
from web.language import language
from web.lineage.asking import PATH, Asked, asked
from web.lineage.pages import Apart, Changed, Start, StartPage
from web.lineage.presenting import begin, compared, page, sight
from web.lineage.stating import tell_url
from web.site import ledger, site

blueprint = Blueprint("lineage", __name__)
KIND = "any(dataset, layer, item, system, service, reuse):kind"
WIDEST = 8
FOUND = 12
MOST_CHANGED = 200
KEEPERS = 10  # of datasets without a step that are told of
held = Held()


def view() -> View:
    """Give the newest view that the reader may see: the day is asked of what is known today."""
    return people.present()


@blueprint.get(PATH)
def start() -> str:
    """Show where to begin."""
    here = view()
    words = request.args.get("q", "").strip()[:200]
    flows = flows_now(here)
    wide = sorted(range(len(flows.iris)), key=lambda n: -len(flows.after[n]))[:WIDEST]
    rings = circles(flows, range(len(flows.iris)), most=5)
    alone = by_themselves(here, flows)
    apart = [*[*alone.keepers][:KEEPERS], *alone.some[:FOUND]] if alone else []
    hits = search(here, words)
    iris = [flows.iris[n] for n in (*wide, *(n for ring in rings for n in ring))]
    names = names_of(here, [*iris, *hits, *apart], base=site().settings.base, language=language())

    def told(iri: str) -> Start:
        number = flows.number(iri)
        count = len(flows.after[number]) if number is not None else 0
        return Start(names.link(iri), str(names.kind(iri).one), begin(iri, names.base), count)

    return render_template(
        "lineage/start.html",
        page=StartPage(
            words=words,
            found=tuple(each for each in map(told, hits) if each.url),
            widest=tuple(told(flows.iris[n]) for n in wide if flows.after[n]),
            circles=tuple(tuple(names.link(flows.iris[n]) for n in ring) for ring in rings),
            things=sum(flows.number(each) is not None for each in flows.iris),
            steps=sum(map(len, flows.after)),
            alone=None
            if alone is None
            else Apart(
                alone.total,
                tuple(
                    (names.link(each), alone.keepers[each]) for each in [*alone.keepers][:KEEPERS]
                ),
                tuple(map(told, alone.some[:FOUND])),
            ),
        ),
    )


def search(here: View, words: str) -> list[str]:
    """Give things of the catalogue by words."""
    if not words:
        return []
    answer = here.index.search(Question(text=words, size=FOUND, language=language(), facets=()))
    return [each.row.iri for each in answer.hits]


@blueprint.get(f"{PATH}/<{KIND}>/<path:code>")
def one(kind: str, code: str) -> str:
    """Show the lineage of one thing."""
    ask, here = asked(kind, code), view()
    iri, flows = thing(here, ask), flows_at(here, ask)
    part = part_of(flows, iri, ask.wish(site().settings.base))
    came, went = differing(here, ask, flows, iri)
    states = {f"{a} {b}": "new" for a, b in came} | {f"{a} {b}": "ended" for a, b in went}
    ends = [end for pair in (*came, *went) for end in pair]
    found = sight(ask, here, part, site().settings.base, language(), also=ends, states=states)
    changed = [
        Changed(state, found.link(a), found.link(b))
        for state, pairs in (("new", came), ("ended", went))
        for a, b in pairs
    ]
    return render_template(
        "lineage/lineage.html", page=page(found, part, flows, changed, tell_url(kind, code))
    )


def thing(here: View, ask: Asked) -> str:
    """Give the IRI of what is asked about; raise NotFound where the reader's view has none."""
    base = site().settings.base
    iri = find(here, KINDS[ask.kind], ask.code, base)
    if not iri or not is_described(here.store, iri):
        raise NotFound(
            f"There is no {ask.kind} “{ask.code}” in what you may see.",
            f"在您可见的范围内没有“{ask.code}”。",
        )
    return iri


def flows_now(here: View) -> Flows:
    """Give the flows of the present."""
    return flows_held(here)


def flows_held(here: View, day: str | None = None) -> Flows:
    """Give the flows of the present, or of a day, as this process and the writer hold them."""
    return held.of(
        here,
        day,
        lambda after, upto: touched_by(ledger(), after, upto),
        lambda clearance: kept_in(folder(), clearance),
    )


def folder() -> Path:
    """Give where flows are kept for processes that begin."""
    found: Path = site().snapshots.folder.parent / FLOWS
    return found


def by_themselves(here: View, flows: Flows) -> Alone | None:
    """Give the datasets that stand in no step, as they were last looked for."""
    found = alone_kept(folder(), here.clearance, here.seq, site().snapshots.regraded())
    if found is None:
        return None
    still = (each for each in found.some if flows.number(each) is None)
    return replace(found, some=tuple(each for each in still if is_described(here.store, each)))


def flows_at(here: View, ask: Asked) -> Flows:
    """Give the flows of the day that is asked for."""
    return flows_then(here, ask.at.isoformat()) if ask.at else flows_now(here)


def flows_then(here: View, day: str) -> Flows:
    """Give the flows as they held at the end of a day."""
    return flows_held(here, day)


def differing(
    here: View, ask: Asked, flows: Flows, iri: str
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Give what came and went since the other day, where one is asked for."""
    if ask.since is None:
        return [], []
    came, went = compared(flows_then(here, ask.since.isoformat()), flows, iri)
    return came[:MOST_CHANGED], went[:MOST_CHANGED]
