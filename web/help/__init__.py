"""The manual, the decisions, and the page that shows every component: /help."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("help", __name__, url_prefix="/help")


@blueprint.get("")
def start() -> str:
    """Show the manual's first page."""
    return render_template("help/start.html")
