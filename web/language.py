"""Every page speaks Chinese or English, and says which: chosen by address, cookie, then browser.

The sentences of the source are English; their Chinese stands in `web/translations/zh/*.po`, one
file per task, read as they are when the application starts. There is no compiled file to forget.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale
from babel.messages import mofile, pofile
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_request_context, request, url_for
from flask_babel import Babel, Domain

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LANGUAGES = {"zh": "中文", "en": "English"}
TAGS = {"zh": "zh-Hans", "en": "en"}
DEFAULT = "zh"
COOKIE = "language"
YEAR = 365 * 24 * 3600
HERE = Path(__file__).parent / "translations"


def language() -> str:
    """Give the language of this page: "zh" or "en". Outside a request, the default."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        g.language = chosen()
    told: str = g.language
    return told


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Have sentences said in one language within a request, whatever its page speaks."""
    before = language()
    g.language = code
    try:
        yield
    finally:
        g.language = before


def chosen() -> str:
    """Choose by `?lang=`, then the cookie, then Accept-Language, then the default."""
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    return request.accept_languages.best_match(LANGUAGES, DEFAULT)


def in_language(code: str) -> str:
    """Give the address of this very page, query string and all, in another language."""
    if request.endpoint is None:
        return f"/?lang={code}"
    query = request.args.to_dict(flat=False) | {"lang": [code]}
    values = query | (request.view_args or {})
    return url_for(request.endpoint, **values)


@cache
def translations(code: str) -> NullTranslations:
    """Give all sentences of a language, from every `.po` file of its folder, in memory."""
    merged = Translations()
    for path in sorted((HERE / code).glob("*.po")):
        part = compiled(read(path, code))
        merged.merge(part)
        merged.plural = part.plural  # a merge keeps the sentences but not the rule of plurals
    return merged


def read(path: Path, code: str) -> Catalog:
    """Read one `.po` file; a broken one stops the start and says where."""
    with path.open("rb") as file:
        return pofile.read_po(file, locale=code, abort_invalid=True)


def compiled(catalog: Catalog) -> Translations:
    """Turn a catalogue of sentences into one that can be asked."""
    binary = BytesIO()
    mofile.write_mo(binary, catalog)
    binary.seek(0)
    return Translations(binary)


class PlainFiles(Domain):  # type: ignore[misc]
    """The sentences, straight from the `.po` files."""

    def get_translations(self) -> NullTranslations:
        """Give the sentences in the language of this page."""
        return translations(language())


class Speech(Babel):  # type: ignore[misc]
    """Flask-Babel over the plain files."""

    @property
    def domain_instance(self) -> Domain:
        """Give the one domain there is."""
        return PlainFiles()


def said(response: Response) -> Response:
    """Say which language was chosen and on what it depends; keep a choice that was made."""
    response.vary.update(("Accept-Language", "Cookie"))
    response.headers.setdefault("Content-Language", TAGS[language()])
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, language(), max_age=YEAR, samesite="Lax", httponly=True)
    return response


def dressed(response: Response) -> Response:
    """Mark pages, and only pages, with their language."""
    return said(response) if response.mimetype == "text/html" else response


def register(app: Flask) -> None:
    """Let the application's pages speak."""
    Speech(app, locale_selector=lambda: Locale.parse(language()))
    # A page asks for hundreds of sentences: straight from the language, not by way of the context.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations(language()).ugettext(text),
        lambda one, many, n: translations(language()).ungettext(one, many, n),
        newstyle=True,
    )
    app.after_request(dressed)
    app.jinja_env.globals.update(
        language=language, in_language=in_language, LANGUAGES=LANGUAGES, TAGS=TAGS
    )
