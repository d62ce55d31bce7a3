"""Canaille, an identity provider that others run, as a process of its own on loopback.

`python -P tests/canaille_provider.py RETURN` keeps one person and one client in memory and prints its
port. It runs in an environment of its own: the package ships a top-level `tests` that would hide ours.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "govgraph", "a secret between two servers"
PERSON, PASSWORD = "zhang.wei", "seven herons walk by the river"


def settings(port: int) -> dict[str, Any]:
    """Give the provider's settings: a signing key, nothing on the disk, no letters."""
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    return {
        "SECRET_KEY": "a secret of the provider alone",
        "SERVER_NAME": f"127.0.0.1:{port}",
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {"DATABASE": "memory"},
        "CANAILLE_OIDC": {"ACTIVE_JWKS": [key.as_dict(private=True)]},
    }


def people_and_clients(back: str) -> None:
    """Let the provider know one person, and one client that is led back to an address."""
    from canaille.app import models  # noqa: PLC0415 - there once the application is
    from canaille.backends import Backend  # noqa: PLC0415

    Backend.instance.save(
        models.User(
            user_name=PERSON,
            given_name="Wei",
            family_name="Zhang",
            emails=["zhang@example.org"],
            password=PASSWORD,
        )
    )
    Backend.instance.save(
        models.Client(
            client_id=CLIENT,
            client_secret=SECRET,
            client_name="govgraph",
            redirect_uris=[back],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "email"],
            token_endpoint_auth_method="client_secret_basic",
            client_id_issued_at=datetime.now(UTC),
        )
    )


def main(back: str) -> None:
    """Serve until killed."""
    from canaille import create_app  # noqa: PLC0415 - slow to import, and only here

    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    app = create_app(settings(server.server_port))
    with app.app_context():
        people_and_clients(back)
    server.app = app
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
