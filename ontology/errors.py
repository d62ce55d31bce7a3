"""Every way govgraph says no: one root, a class each, its sentence in both languages.

GovgraphError
├── NotFound            nothing here by that name
├── Gone                it was here and was removed: when and why
├── Forbidden           this reader may not; why, and whom to ask
├── Conflict            someone else changed it first
├── Invalid             the input breaks a rule; which, where
│   └── Unreadable      a file or text that cannot be read at all
├── NotAcceptable       no form that the client takes is offered; which are
├── QueryRefused        a stranger's query that will not be run
│   └── QueryStopped    one that was begun and ended by a limit
├── Braked              a safety brake held; how to insist
├── Upstream            another server failed us
└── Unavailable         this instance is not ready; when to come back
"""

from __future__ import annotations


class GovgraphError(Exception):
    """The root. `zh` and `en` hold the whole sentence a person is shown."""

    def __init__(self, en: str, zh: str) -> None:
        """Keep the sentence in both languages."""
        super().__init__(en)
        self.en = en
        self.zh = zh

    def sentence(self, language: str) -> str:
        """Give the sentence in `language` ("zh" or "en")."""
        return self.zh if language.startswith("zh") else self.en


class NotFound(GovgraphError):
    """Nothing stands under this name in what this reader may see."""


class Gone(GovgraphError):
    """It was here and was removed (HTTP 410)."""


class Forbidden(GovgraphError):
    """A person may not do what they asked; the sentence says why and whom to ask."""


class Conflict(GovgraphError):
    """Another change came first; nothing was overwritten."""


class Invalid(GovgraphError):
    """The input breaks a rule; the sentence says which and where."""


class Unreadable(Invalid):
    """A file or text that cannot be read at all."""


class NotAcceptable(GovgraphError):
    """No form that the client takes is offered; the sentence lists those that are (HTTP 406)."""


class QueryRefused(GovgraphError):
    """A stranger's query that is not run: too big, too deep, or malformed."""


class QueryStopped(QueryRefused):
    """A stranger's query that was begun and then ended by a limit."""


class Braked(GovgraphError):
    """A safety brake held; the sentence says how to insist."""


class Upstream(GovgraphError):
    """Another server did not answer as it should."""


class Unavailable(GovgraphError):
    """The instance is not ready; the sentence says when to come back."""
