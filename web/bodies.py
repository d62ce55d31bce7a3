"""How much a request may bring: a form's worth from anyone, as much as is set from who may write.

Werkzeug holds a body in memory, so the large measure is granted by a view that has found out who
asks, never before.
"""

from __future__ import annotations

from flask import Flask, request

from web.site import site

FORMS = 16 << 20  # bytes: no form of ours fills that


def register(app: Flask) -> None:
    """Bound what anyone may send."""
    most: int = app.extensions["govgraph"].settings.upload_bytes
    app.config.update(MAX_CONTENT_LENGTH=min(FORMS, most))


def take_large() -> None:
    """Let this request bring as much as the house has set; for views that know who asks."""
    request.max_content_length = site().settings.upload_bytes
