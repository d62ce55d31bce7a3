"""Letters really arrive: a mail server on loopback takes them, refuses them, or is away for a while."""

from __future__ import annotations

import datetime as dt
import gc
import socket
import ssl
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from graph.ledger.audit import REFUSED, Search
from ontology.errors import Invalid
from tests import town
from tests.access import Access, access_to
from tests.web.test_accounts import GOOD, LINK, sign_up, visible
from web.accounts import limiting, mail
from web.accounts.mail import Post, server_of
from web.accounts.store import accounts_of
from web.app import create_app

NOW = town.NOON


class Box:
    """What the mail server took; `answer` is what it says to a letter."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content, policy=default))
        return self.answer


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def soon(asked: Callable[[], object]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + 10
    while not asked():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def serving(box: Box, port: int, **how: Any) -> Controller:
    made = Controller(box, hostname="127.0.0.1", port=port, **how)
    made.start()
    return made


def stop(made: Controller) -> None:
    """Stop a server, and let go here of the connections that it leaves open, not in a later test."""
    made.stop(no_assert=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def server(box: Box, port: int) -> Iterator[Controller]:
    made = serving(box, port)
    yield made
    stop(made)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for localhost that nobody else has signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


@pytest.fixture
def trusted(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> ssl.SSLContext:
    """The same, where this machine has been told to believe it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return tls


def post_to(folder: Path, setting: str) -> Post:
    return Post(folder / "outbox", sender="govgraph@example.org", smtp=setting)


def write(post: Post, to: str = "wang@example.org") -> None:
    post.send(to, "请确认邮箱地址", "请打开链接：http://127.0.0.1:8000/confirm/x\n", NOW)


# Arriving ------------------------------------------------------------------------------------------


def test_letters_of_the_site_arrive_and_their_links_open(
    tmp_path: Path, server: Controller, box: Box, port: int
) -> None:
    """From the sign-up to the new password, each link taken from what the mail server was given."""
    assert server
    access = access_to(tmp_path, smtp=f"smtp://127.0.0.1:{port}")
    hand = access.client()
    sign_up(hand, "wang-fang", "wang@example.org")
    soon(lambda: len(box.letters) == 1)
    letter = box.letters[0]
    assert (letter["To"], letter["Subject"]) == ("wang@example.org", "确认邮箱地址")
    hand.get(LINK.findall(letter.get_content())[-1])
    assert access.accounts.get("wang-fang").confirmed
    hand.post("/reset", {"email": "wang@example.org"}, page="/reset")
    soon(lambda: len(box.letters) == 2)
    link = LINK.findall(box.letters[1].get_content())[-1]
    given = {"password": GOOD + " more", "password_confirm": GOOD + " more"}
    hand.post(link, given, page=link)
    assert access.client().sign_in("wang-fang", GOOD + " more").status_code == 302
    soon(lambda: len(box.letters) == 3)  # the notice of the change

    assert access.letters() == []
    access.instance.close()


def test_a_password_is_said_to_the_mail_server_only_under_encryption(
    tmp_path: Path,
    box: Box,
    port: int,
    trusted: ssl.SSLContext,
) -> None:
    said: list[tuple[bytes, bytes]] = []

    def judge(_server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        said.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss word")

    running = serving(box, port, tls_context=trusted, authenticator=judge, auth_required=True)
    post = post_to(tmp_path, f"smtp://me:p%40ss%20word@localhost:{port}")
    write(post)
    soon(lambda: box.letters)
    stop(running)

    assert said == [(b"me", b"p@ss word")]
    assert post.trouble() == ""


def test_a_server_without_encryption_is_told_no_password(
    tmp_path: Path, server: Controller, box: Box, port: int
) -> None:
    assert server
    post = post_to(tmp_path, f"smtp://me:secret@127.0.0.1:{port}")
    post.outbox.mkdir()

    assert not post.round()
    assert "STARTTLS" in post.trouble()
    assert "secret" not in post.trouble()
    assert box.letters == []


@pytest.mark.parametrize("setting", ["smtp+starttls://localhost:{}", "smtp://localhost:{}"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_no_letter(
    tmp_path: Path, box: Box, port: int, tls: ssl.SSLContext, setting: str
) -> None:
    running = serving(box, port, tls_context=tls)
    post = post_to(tmp_path, setting.format(port))
    post.outbox.mkdir()
    done = post.round()
    stop(running)

    assert not done
    assert "CERTIFICATE_VERIFY_FAILED" in post.trouble()


def test_encryption_from_the_first_byte(
    tmp_path: Path,
    box: Box,
    port: int,
    trusted: ssl.SSLContext,
) -> None:
    running = serving(box, port, ssl_context=trusted, server_hostname="localhost")
    post = post_to(tmp_path, f"smtps://localhost:{port}")
    write(post)
    soon(lambda: box.letters)
    stop(running)

    assert not list(post.outbox.glob("*.eml"))


# When it goes wrong --------------------------------------------------------------------------------


def test_what_could_not_be_handed_over_is_tried_again_and_nothing_is_lost(
    tmp_path: Path, box: Box, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "PAUSES", (0.1,))
    post = post_to(tmp_path, f"smtp://127.0.0.1:{port}")
    for number in range(3):
        write(post, f"p{number}@example.org")
    soon(post.trouble)
    assert len(post.waiting()) == 3
    running = serving(box, port)
    soon(lambda: len(box.letters) == 3)
    soon(lambda: not post.waiting())
    stop(running)

    assert sorted(each["To"] for each in box.letters) == [f"p{n}@example.org" for n in range(3)]
    assert post.trouble() == ""


def test_the_next_start_carries_what_the_last_one_left(
    tmp_path: Path, server: Controller, box: Box, port: int
) -> None:
    """As after a power cut: the letter lies there, and no thread knows of it."""
    assert server
    access = access_to(tmp_path)
    write(access.accounts.post)
    assert access.letters()
    worker(access, smtp=f"smtp://127.0.0.1:{port}")
    soon(lambda: box.letters)
    soon(lambda: access.letters() == [])
    access.instance.close()


@pytest.mark.parametrize(
    ("answer", "stays"), [("451 later", True), ("554 never", False), ("550 no such box", False)]
)
def test_a_refusal_for_now_waits_and_one_for_good_is_laid_aside(
    tmp_path: Path, box: Box, port: int, answer: str, *, stays: bool
) -> None:
    running = serving(box, port)
    box.answer = answer
    write(post_to(tmp_path, ""))
    post = post_to(tmp_path, f"smtp://127.0.0.1:{port}")

    done = post.round()
    stop(running)

    assert done is not stays
    assert len(post.waiting()) == stays
    assert len(list(post.returned.glob("*.eml"))) == (not stays)


def test_the_page_says_that_letters_are_late_and_tells_nobody_who_is_here(
    tmp_path: Path, port: int
) -> None:
    access = access_to(tmp_path, smtp=f"smtp://127.0.0.1:{port}")
    access.accounts.add("known", now=access.clock(), email="known@example.org", confirmed=True)
    seen = {}
    for address in ("unknown@example.org", "known@example.org"):
        (access.accounts.post.outbox / ".trouble").unlink(missing_ok=True)
        hand = access.client()
        began = time.monotonic()
        answer = hand.post("/reset", {"email": address}, page="/reset")
        assert limiting.STEADY <= time.monotonic() - began < limiting.STEADY + 1.5
        soon(access.accounts.post.trouble)  # also where there was no letter
        seen[address] = visible(answer).replace(address, "x")
    assert len(set(seen.values())) == 1
    assert "邮件服务器暂时没有应答" in access.client().get("/reset").text
    english = access.client().get("/reset?lang=en").text
    assert "The mail server does not answer at the moment" in english
    assert len(access.accounts.post.waiting()) == 1
    office = access.signed_in("administrator").get("/people").text
    assert "ConnectionRefusedError" in office
    access.instance.close()


@pytest.mark.parametrize(
    "setting", ["mail.example.org", "http://x", "smtp://", "smtp://x:notaport"]
)
def test_a_setting_that_names_no_mail_server_is_refused_at_once(setting: str) -> None:
    with pytest.raises(Invalid, match="names no mail server"):
        server_of(setting)


# Counted together ----------------------------------------------------------------------------------


def test_attempts_are_counted_by_all_workers_together_and_over_a_restart(tmp_path: Path) -> None:
    """Two applications over one home are two workers; a third one is the restart."""
    access = access_to(tmp_path, sign_in_rate="3/minute")
    others = [worker(access), worker(access)]
    first = [access.client().sign_in(f"n{turn}", "wrong").status_code for turn in range(2)]
    then = others[0].client().sign_in("n2", "wrong").status_code
    shut = others[0].client().sign_in("n3", "wrong")
    after = others[1].client().sign_in("n4", "wrong")

    assert (first, then, shut.status_code, after.status_code) == ([200, 200], 200, 429, 429)
    assert 0 < int(shut.headers["Retry-After"]) <= 61
    assert "尝试次数过多" in shut.text
    assert "请等待" in shut.text
    rows = access.accounts.audit.find(Search(action="too many attempts", outcome=REFUSED))
    assert rows[0].event.thing == "/sign-in"
    access.instance.close()


def worker(access: Access, **settings: object) -> Access:
    """Give another worker over the same home, which has counted and sent nothing itself."""
    chosen = replace(access.instance.home.settings, **settings)  # type: ignore[arg-type]
    instance = replace(access.instance, home=replace(access.instance.home, settings=chosen))
    accounts = accounts_of(instance)
    house = replace(access.app.extensions["govgraph"], accounts=accounts, settings=chosen)
    return Access(instance, accounts, create_app(site=house), access.clock)
