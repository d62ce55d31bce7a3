"""`/healthz` for supervisors and `/metrics` for monitoring (OpenMetrics text)."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify
from werkzeug.wrappers import Response as AnyResponse

from ontology.clearance import Clearance
from ontology.errors import Unavailable
from web.site import site

blueprint = Blueprint("watch", __name__)


@blueprint.get("/healthz")
def health() -> tuple[AnyResponse, int]:
    """Answer 200 with the snapshot's number, 503 before the first."""
    house = site()
    try:
        published = house.snapshots.current()
    except Unavailable as error:
        return jsonify(status="starting", reason=error.en), 503
    return jsonify(status="ok", snapshot=published.seq, published=published.at.isoformat()), 200


@blueprint.get("/metrics")
def metrics() -> AnyResponse:
    """Answer with how many things of each kind the open view holds, and how old it is."""
    house = site()
    view = house.snapshots.view(Clearance.OPEN)
    figures = view.index.figures()
    age = (datetime.now(UTC) - view.at).total_seconds()
    lines = [
        "# HELP govgraph_snapshot Number of the last change that is published.",
        "# TYPE govgraph_snapshot gauge",
        f"govgraph_snapshot {view.seq}",
        "# HELP govgraph_snapshot_age_seconds Seconds since it was published.",
        "# TYPE govgraph_snapshot_age_seconds gauge",
        f"govgraph_snapshot_age_seconds {age:.1f}",
        "# HELP govgraph_things Things with a page of their own, by kind.",
        "# TYPE govgraph_things gauge",
        *(f'govgraph_things{{kind="{kind}"}} {count}' for kind, count in figures.kinds.items()),
        "# EOF",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
