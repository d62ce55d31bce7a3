"""What a browser may do with our pages: load our own files, and nothing else.

No inline script, no inline style, no foreign host, no frame around us but for pages that are made
for one and say so (`web/exploring/keeping.py`).
"""

from __future__ import annotations

from flask import Flask, Response, request

from web.site import site

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
UNCHANGED = 304
TWO_YEARS = "max-age=63072000; includeSubDomains"  # to be asked for under https alone
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def guarded(response: Response) -> Response:
    """Put the law on an answer, and say how long it may be kept."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not response.headers["X-Frame-Options"]:
        del response.headers["X-Frame-Options"]  # a page that is made for frames
    if site().settings.base.startswith("https:"):
        response.headers["Strict-Transport-Security"] = TWO_YEARS
    if request.endpoint == "static":
        response.headers["Cache-Control"] = keep(request.path)
        if response.status_code == UNCHANGED:
            response.close()  # the file that was opened and is not sent
    else:
        response.headers.setdefault("Cache-Control", ASK_AGAIN)
    return response


def keep(path: str) -> str:
    """Say how long a file may be kept: built files, whose names carry a digest, for ever."""
    return FOREVER if path.startswith("/static/dist/") else "public, max-age=3600"


def register(app: Flask) -> None:
    """Guard every answer of the application."""
    app.after_request(guarded)
