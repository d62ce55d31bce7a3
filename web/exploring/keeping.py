"""Pictures kept by who signed in, opened by a link, and shown within other sites' pages."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from graph.exploring.keeping import Pictures
from graph.views.snapshots import View
from ontology.clearance import Clearance
from ontology.errors import Invalid, Unavailable
from web.accounts.here import now
from web.accounts.views import mine
from web.asof import day
from web.exploring.pages import EmbedPage, KeptPage
from web.exploring.pages import Kept as Row
from web.exploring.state import PATH, State, state
from web.exploring.views import blueprint, page, seen
from web.security import POLICY
from web.site import ledger, site

LONGEST = 120  # characters of a name
LARGEST = 60_000  # characters of an address
# Shown in a frame of any site: the page reads as a stranger does and has nothing to act on but links.
FRAMED = "; ".join(f"{name} {value}" for name, value in {**POLICY, "frame-ancestors": "*"}.items())


def pictures() -> Pictures:
    """Give the pictures of this house."""
    return Pictures(ledger())


def read(text: str) -> State:
    """Read the question of an address."""
    return state(MultiDict(parse_qsl(text[:LARGEST])), site().settings.base)


@blueprint.get(f"{PATH}/kept")
def kept() -> str:
    """Show one's own pictures."""
    found = pictures().of(mine())
    rows = tuple(Row(each.token, each.name, each.at) for each in found)
    return render_template("exploring/kept.html", page=KeptPage(rows))


@blueprint.post(f"{PATH}/kept")
def keep() -> AnyResponse:
    """Keep a picture under a name."""
    owner, name = mine(), request.form.get("name", "").strip()
    told = request.form.get("state", "")
    if not name or len(name) > LONGEST or len(told) > LARGEST:
        raise Invalid(
            f"A picture is kept under a name of up to {LONGEST} characters.",
            f"请为图取一个不超过 {LONGEST} 个字符的名称。",
        )
    now_in_view = read(told.removeprefix("?"))
    if not now_in_view.begun:
        raise Invalid("There is nothing in view to keep.", "图中没有可保存的内容。")
    pictures().keep(owner, name, now_in_view.url(""), now())
    flash(_("The picture is kept. Whoever has its link can open it."), "good")
    return redirect(f"{PATH}/kept", 303)


@blueprint.get(f"{PATH}/kept/<token>")
def one_kept(token: str) -> AnyResponse:
    """Open a picture: what is seen of it follows from who opens it."""
    return redirect(PATH + pictures().get(token).state, 303)


@blueprint.post(f"{PATH}/kept/<token>/away")
def put_away(token: str) -> AnyResponse:
    """Put one of one's own pictures away."""
    pictures().drop(mine(), token)
    flash(_("The picture was put away."), "good")
    return redirect(f"{PATH}/kept", 303)


@blueprint.get(f"{PATH}/embed")
def embed() -> Response:
    """Show within a page of another site, as a stranger sees it, a kept picture or the address's own."""
    token = request.args.get("kept", "")
    wanted = (
        read(pictures().get(token).state.removeprefix("?"))
        if token
        else state(request.args, site().settings.base)
    )
    told = page(seen(wanted, open_view()), "")
    shown = EmbedPage(told.picture, told.url, told.rows, site().settings.base)
    answer = make_response(render_template("exploring/embed.html", page=shown))
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["X-Frame-Options"] = (
        ""  # of the two laws a browser reads, this one knows no "any"
    )
    answer.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return answer


def open_view() -> View:
    """Give the view of a stranger, whoever asks: a foreign page must not show what one alone may."""
    if site().snapshots is None:
        raise Unavailable("This instance has no data yet.", "本实例尚无数据。")
    found: View = day.view(Clearance.OPEN) or site().snapshots.view(Clearance.OPEN)
    return found
