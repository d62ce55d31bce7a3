"""A small honest OpenID Connect provider, made of Authlib's server parts, on loopback.

It signs in whom a test names, asks for PKCE, and signs with its own key. `lie` makes it dishonest.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, request
from joserfc.jwk import RSAKey

CLIENT, SECRET = "govgraph", "a secret between two servers"


@dataclass
class Client:
    """The one client that the provider knows."""

    redirect: str

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.redirect

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return uri == self.redirect

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


@dataclass
class Code:
    """An authorization code, with what was asked for it."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    user: str
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return "another nonce" if LIES["nonce"] else self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


CODES: dict[str, Code] = {}
PEOPLE: dict[str, dict[str, str]] = {}
LIES = {"nonce": False, "key": False}
KEY = RSAKey.generate_key(2048, {"kid": "own", "use": "sig", "alg": "RS256"})
FALSE_KEY = RSAKey.generate_key(2048, {"kid": "own", "use": "sig", "alg": "RS256"})
NOW = {"user": ""}


class Grant(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012 - the library's

    def save_authorization_code(self, code: str, asked: Any) -> None:
        payload = asked.payload.data
        CODES[code] = Code(
            code=code,
            redirect_uri=asked.payload.redirect_uri,
            scope=asked.payload.scope,
            nonce=payload.get("nonce"),
            code_challenge=payload.get("code_challenge"),
            code_challenge_method=payload.get("code_challenge_method"),
            user=asked.user.sub,
        )

    def query_authorization_code(self, code: str, _client: Client) -> Code | None:
        return CODES.get(code)

    def delete_authorization_code(self, code: Code) -> None:
        del CODES[code.code]

    def authenticate_user(self, code: Code) -> Any:
        return SimpleNamespace(sub=code.user)


class Vouching(OpenIDCode):  # type: ignore[misc]
    def __init__(self, issuer: str) -> None:
        super().__init__(require_nonce=True)
        self.issuer = issuer

    def exists_nonce(self, nonce: str, _request: Any) -> bool:
        return any(each.nonce == nonce for each in CODES.values())

    def resolve_client_private_key(self, _client: Client) -> RSAKey:
        return FALSE_KEY if LIES["key"] else KEY

    def get_client_algorithm(self, _client: Client) -> str:
        return "RS256"

    def get_client_claims(self, _client: Client) -> dict[str, str]:
        return {"iss": self.issuer}

    def get_encode_header(self, _client: Client) -> dict[str, str]:
        return {"alg": "RS256", "kid": "own"}

    def generate_user_info(self, user: Any, _scope: str) -> UserInfo:
        return UserInfo(sub=user.sub, **PEOPLE[user.sub])


def provider(issuer: str, redirect: str) -> Flask:
    """Make the provider at an address, for one client."""
    app = Flask("provider")
    server = AuthorizationServer(
        app, lambda name: Client(redirect) if name == CLIENT else None, lambda *_: None
    )
    server.register_grant(Grant, [Vouching(issuer), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def metadata() -> Any:
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/token",
            jwks_uri=f"{issuer}/keys",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            token_endpoint_auth_methods_supported=["client_secret_basic"],
            code_challenge_methods_supported=["S256"],
        )

    @app.get("/keys")
    def keys() -> Any:
        return jsonify(keys=[KEY.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Any:
        user = SimpleNamespace(sub=NOW["user"])
        grant = server.get_consent_grant(end_user=user)
        return server.create_authorization_response(request, grant_user=user, grant=grant)

    @app.post("/token")
    def token() -> Any:
        return server.create_token_response()

    return app
