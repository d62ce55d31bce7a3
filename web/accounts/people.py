"""Who is asking, and which view they read: the one place where a request's clearance is chosen.

A person comes with a session (a browser) or a token (a program). What they may do is asked of
`ontology.permissions`; which store they are handed follows from the person alone.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, g, has_request_context, request, session
from flask_babel import lazy_gettext
from flask_login import current_user, logout_user

from graph.tokens import Ended, prefix_of
from graph.views.snapshots import View
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.errors import Forbidden, Unavailable
from ontology.people import ANYONE, Person, Scope
from ontology.permissions import NOTHING, Ground, Thing, Verdict, can, clearance_of
from ontology.scopes import scopes_for
from ontology.sentences import Sentence
from sparql.metering import Caller, asks
from web import errors
from web.accounts import trail
from web.accounts.here import accounts, now
from web.asof import day
from web.language import language
from web.site import site

KEY = "sitting"  # where the cookie keeps the key of its session's row
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PRIVATE = "private, no-store"
VARY = ("Authorization", "Cookie")  # what every answer may depend on
REFUSALS = frozenset({401, 403})
NOT_DONE = frozenset({404, 409})
REALM = 'Bearer realm="govgraph"'
# Views that programs write to without a form; there a browser's session counts only from our pages.
FOR_PROGRAMS = ("/sparql", "/store", "/api/")

UNRECOGNISED = errors.Refusal(
    401,
    lazy_gettext("This token does not open anything"),
    "",
    lazy_gettext("Nothing was changed."),
    lazy_gettext("Send a token that is in force, or none: what is open needs no token."),
)


class Denied(Forbidden):
    """A person may not do this: why, and whom to ask."""

    def __init__(self, verdict: Verdict) -> None:
        """Say it in the sentences of the law."""
        super().__init__(*verdict.why)
        self.verdict = verdict

    def ask(self, code: str) -> str:
        """Say whom to ask, in a language."""
        en, zh = self.verdict.ask
        return zh if code == "zh" else en


class Unrecognised(Forbidden):
    """A token that is malformed, unknown, ended, revoked, or whose owner is out of force (401).

    `owner` is whose it is, where its secret was right.
    """

    def __init__(self, en: str, zh: str, owner: str = "") -> None:
        """Say why."""
        super().__init__(en, zh)
        self.owner = owner


# Who --------------------------------------------------------------------------------------------


def person() -> Person:
    """Give who is asking; raise Unrecognised for a bad token."""
    if site().accounts is None or not has_request_context():
        return ANYONE
    if "person" not in g:
        g.person = by_token() or by_session() or ANYONE
    found: Person = g.person
    return found


def by_token() -> Person | None:
    """Give the owner of the token that the request carries, no more than its scopes let through."""
    given = request.authorization
    if given is None or given.type != "bearer":
        return None
    g.token = prefix_of(given.token or "")
    try:
        token = accounts().tokens.verify(given.token or "", now())
    except Forbidden as error:
        owned = error.owner if isinstance(error, Ended) else ""
        raise Unrecognised(error.en, error.zh, owned) from None
    owner = accounts().person(token.owner)
    if not (owner.active and owner.verified):
        raise Unrecognised(
            "The account of this token is disabled.", "此令牌所属账号已停用。", token.owner
        )
    scopes = frozenset(Scope(each) for each in token.scopes if each in set(Scope))
    return owner.by_token(scopes)


def by_session() -> Person | None:
    """Give who signed in in this browser."""
    if "_user_id" not in session or not current_user.is_authenticated or from_elsewhere():
        return None
    return accounts().person(current_user.username)


def from_elsewhere() -> bool:
    """Say whether a page of another site sends this to an address that takes no form's token."""
    if request.method in SAFE or not request.path.startswith(FOR_PROGRAMS):
        return False
    where = request.headers.get("Sec-Fetch-Site")
    if where is not None:
        return where != "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc != request.host


def seated() -> None:
    """Before anything else: a session that was ended or has lapsed is over, and a bad token too."""
    if request.endpoint == "static":
        return
    if "_user_id" in session:
        name = current_user.username if current_user.is_authenticated else ""
        if not name or not accounts().sessions.is_open(session.get(KEY, ""), name, now()):
            logout_user()
            session.clear()
    if request.authorization is not None:
        person()


@lru_cache(4096)
def stranger(place: str) -> Caller:
    """Give who pays for a stranger's queries: whoever else comes from the same address."""
    return Caller(f"from {place}")


def told() -> None:
    """Say who pays for the queries of this request."""
    if request.endpoint == "static":
        return
    place = request.remote_addr or ""
    found = person() if "person" in g or "_user_id" in session else ANYONE
    asks(Caller(f"person {found.name}", found.name) if found.name else stranger(place))


# What they may ----------------------------------------------------------------------------------


def clearance() -> Clearance:
    """Give the clearance of who is asking."""
    return clearance_of(person())


def view(seq: int | None = None) -> View:
    """Give the newest view that the person may see, or the one numbered `seq`.

    A request for a day (`?at=2017-10-31`) reads the view of that day, whatever else it names.
    Raises Unavailable before the first; Gone where that snapshot is no longer kept.
    """
    if site().snapshots is None:
        raise Unavailable(
            "This instance has no data yet. Load a catalogue with: govgraph load",
            "本实例尚无数据。请用 govgraph load 载入目录。",
        )
    if (then := day.view(clearance())) is not None:
        return then
    found: View = site().snapshots.view(clearance(), seq)
    return found


def present() -> View:
    """Give the newest view that the person may see, whatever day the request asks for."""
    if site().snapshots is None:
        return view()  # which says that there is nothing yet
    found: View = site().snapshots.view(clearance())
    return found


def allowed(action: Action, thing: Thing = NOTHING) -> Verdict:
    """Say whether the person may do this to a thing."""
    return can(person(), action, thing)


def required(action: Action, thing: Thing = NOTHING) -> Person:
    """Give the person, who may do this; raise Denied where they may not."""
    verdict = allowed(action, thing)
    g.asked_for = action
    if not verdict:
        raise Denied(verdict)
    return person()


# Answers ----------------------------------------------------------------------------------------


def denied(error: Denied) -> Response:
    """Answer a refusal of the law: why, and whom to ask."""
    g.why, g.why_zh = error.en, error.zh
    told = errors.refusal(403, error.sentence(language()))
    answer = errors.told(replace(told, kept="", todo=error.ask(language()) or told.todo))
    if error.verdict.ground is Ground.TOKEN:
        wanted = scopes_for(g.get("asked_for", Action.READ_OPEN))
        scope = f', scope="{" ".join(wanted)}"' if wanted else ""
        answer.headers["WWW-Authenticate"] = f'{REALM}, error="insufficient_scope"{scope}'
    return answer


def unrecognised(error: Unrecognised) -> Response:
    """Answer a bad token (RFC 6750 §3.1)."""
    why = replace(
        UNRECOGNISED,
        title=str(UNRECOGNISED.title),
        what=error.sentence(language()),
        kept=str(UNRECOGNISED.kept),
        todo=str(UNRECOGNISED.todo),
    )
    g.person, g.refused = ANYONE, error.owner
    g.why, g.why_zh = error.en, error.zh
    answer = errors.told(why)
    answer.headers["WWW-Authenticate"] = f'{REALM}, error="invalid_token"'
    return answer


def kept_private(response: Response) -> Response:
    """Let nobody but the person keep what the person was told; say what answers depend on."""
    if request.endpoint == "static":
        return response
    response.vary.update(VARY)
    if ("person" in g and g.person.name) or request.blueprint in {"accounts", "security"}:
        response.headers["Cache-Control"] = PRIVATE
    return response


def written_down(response: Response) -> Response:
    """Write every refusal to the audit, by whom and with which token; and every change not made.

    Also where the answer is that there is no such thing: it may be somebody else's.
    """
    status = response.status_code
    if status in REFUSALS or (request.method not in SAFE and status in NOT_DONE):
        who = g.person.name if "person" in g else ""
        trail.refused(
            who or g.get("refused", ""),
            str(g.get("asked_for", "request")),
            thing=request.path,
            why=str(g.get("why", "")),
            status=str(status),
            why_zh=str(g.get("why_zh", "")),
            **({"token": f"gov_{g.token}"} if g.get("token") else {}),
        )
    return response


def words(sentence: Sentence) -> str:
    """Give a sentence of the law in the language of the page."""
    return sentence[1] if language() == "zh" else sentence[0]


def register(app: Flask) -> None:
    """Let the application know who is asking; in a house without accounts everyone is anyone."""
    app.jinja_env.globals.update(person=person)
    if app.extensions["govgraph"].accounts is None:
        app.before_request(told)
        return
    app.before_request(seated)
    app.before_request(told)
    app.after_request(written_down)
    app.after_request(kept_private)
    app.register_error_handler(Denied, denied)
    app.register_error_handler(Unrecognised, unrecognised)
