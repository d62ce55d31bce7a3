"""How things in view stand to one another, in sentences that say what the figures mean."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from graph.exploring.standing import Standing as Figures
from graph.exploring.standing import standing
from web.exploring import presenting
from web.exploring.pages import Hung, Placed, Standing
from web.exploring.sight import Sight

FEWEST = 4  # things of which there is anything to say
NAMED = 6  # members of a group that are named


def reckoned(found: Sight) -> Standing | None:
    """Reckon what is in view; None where there is too little."""
    told = standing(found.reached.keys(), [(each.source, each.target) for each in found.arcs])
    if told.things < FEWEST or not told.links:
        return None
    hung = tuple(
        Hung(
            presenting.named(found, each.iri),
            each.pieces,
            each.hanging,
            found.kind(each.iri).name == "department",
        )
        for each in told.hinges
    )
    return Standing(
        sentences=tuple(sentences(found, told, hung)),
        middle=tuple(
            Placed(presenting.named(found, each.iri), each.links, round(100 * each.between, 1))
            for each in told.middle
        ),
        hung=hung,
        groups=tuple(
            tuple(presenting.named(found, iri) for iri in each[:NAMED]) for each in told.groups
        ),
        sizes=tuple(map(len, told.groups)),
        bridges=tuple(
            (presenting.named(found, a), presenting.named(found, b)) for a, b in told.bridges
        ),
        starts=told.starts,
    )


def sentences(found: Sight, told: Figures, hung: tuple[Hung, ...]) -> list[str]:
    """Say what the figures mean."""
    said = [
        _(
            "%(things)s things with %(links)s links between them.",
            things=told.things,
            links=told.links,
        )
        if told.pieces == 1
        else _(
            "%(things)s things with %(links)s links between them, in %(pieces)s parts that nothing joins.",
            things=told.things,
            links=told.links,
            pieces=told.pieces,
        )
    ]
    if told.middle and told.middle[0].between > 0:
        first = told.middle[0]
        said.append(
            _(
                "%(name)s stands in the middle: %(share)s%% of the shortest ways between two others lead through it.",
                name=found.text(first.iri).value,
                share=round(100 * first.between),
            )
        )
    bodies = [each for each in hung if each.department]
    if bodies:
        said.append(
            ngettext(
                "Without the department %(name)s, %(num)s thing here would hang on nothing.",
                "Without the department %(name)s, %(num)s things here would hang on nothing.",
                bodies[0].hanging,
                name=bodies[0].row.text.value,
            )
        )
    elif not hung:
        said.append(
            _("No single thing holds the picture together: without any one, the rest stays joined.")
        )
    return said
