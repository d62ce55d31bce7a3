"""Letters to people: written as files into the home's outbox, or handed to a mail server from there.

`smtp = ""` leaves letters in the outbox, where a keeper (or a test) reads them. Else they are carried
in the background, so that no answer takes longer because there was someone to write to; what the
server did not take stays and is tried again, also by the next start. Whether there was a letter or
not, a carrier looks in at the server: that letters are late tells nobody who has an account.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import smtplib
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ontology.errors import Invalid

LOG = logging.getLogger(__name__)
PATIENCE = 20.0  # seconds for a mail server to answer
PAUSES = (30.0, 60.0, 120.0, 300.0, 900.0)  # seconds between tries, the last one for good
LIFE = 5 * 24 * 3600  # seconds: a link in an older letter opens nothing any more
FOR_GOOD = 500  # the least code of a mail server that means: do not try again
SCHEMES = frozenset({"smtp", "smtp+starttls", "smtps"})


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server as the settings name it.

    `smtp://` takes TLS where it is offered, and insists before it says a password;
    `smtp+starttls://` always insists; `smtps://` speaks TLS from the first byte. Certificates count.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str

    def __repr__(self) -> str:
        """Show no password."""
        return f"{self.scheme}://{self.host}:{self.port}"

    def reached(self) -> smtplib.SMTP:
        """Give a connection, encrypted and signed in as the settings say."""
        trust = ssl.create_default_context()
        if self.scheme == "smtps":
            line: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=PATIENCE, context=trust
            )
        else:
            line = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        try:
            self._begin(line, trust)
        except BaseException:
            line.close()
            raise
        return line

    def _begin(self, line: smtplib.SMTP, trust: ssl.SSLContext) -> None:
        line.ehlo()
        insists = bool(self.user) or self.scheme == "smtp+starttls"
        if self.scheme != "smtps" and (insists or line.has_extn("starttls")):
            line.starttls(context=trust)
            line.ehlo()
        if self.user:
            line.login(self.user, self.password)


def server_of(setting: str) -> Server | None:
    """Read the setting; None for an empty one, Invalid for one that names no server."""
    if not setting:
        return None
    try:
        where = urlsplit(setting)
        port = where.port
    except ValueError:
        where, port = urlsplit(""), None
    if where.scheme not in SCHEMES or not where.hostname:
        raise Invalid(
            "The setting smtp names no mail server: smtp://user:password@host:587, "
            "smtp+starttls://… or smtps://…",
            "设置项 smtp 未指明邮件服务器：应为 smtp://用户:密码@主机:587、"
            "smtp+starttls://… 或 smtps://…",
        )
    usual = 465 if where.scheme == "smtps" else 587 if where.username else 25
    user, password = unquote(where.username or ""), unquote(where.password or "")
    return Server(where.scheme, where.hostname, port or usual, user, password)


class Post:
    """The post of one instance; every process of it has one, and one carries at a time."""

    def __init__(self, outbox: Path, *, sender: str, smtp: str = "") -> None:
        """Write letters into `outbox`; carry them on where a mail server is named."""
        self.outbox = outbox
        self.sender = sender
        self.server = server_of(smtp)
        self._wake = threading.Event()
        self._carrier: threading.Thread | None = None
        self._one = threading.Lock()

    @property
    def returned(self) -> Path:
        """Give the folder of letters that the mail server refused for good."""
        return self.outbox / "returned"

    @property
    def _trouble(self) -> Path:
        return self.outbox / ".trouble"

    def send(self, to: str, subject: str, text: str, now: datetime) -> Path:
        """Write a letter; give its file in the outbox."""
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["To"], letter["Subject"] = self.sender, to, subject
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = make_msgid(domain="govgraph.invalid")
        letter.set_content(text)
        self.outbox.mkdir(mode=0o700, exist_ok=True)
        path = self.outbox / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(6)}.eml"
        half = path.with_suffix(".half")
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(letter.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)  # a carrier never sees half a letter
        self.look_in()
        return path

    def waiting(self) -> list[Path]:
        """Give the letters that are still to be carried, the oldest first."""
        oldest = time.time() - LIFE
        found = []
        for path in self.outbox.glob("*.eml"):
            with suppress(FileNotFoundError):
                found.append((path.stat().st_mtime_ns, path))
        return [path for at, path in sorted(found) if at / 1e9 >= oldest]

    def trouble(self) -> str:
        """Say what was wrong with the mail server when it was last spoken to; "" for nothing."""
        with suppress(FileNotFoundError):
            return self._trouble.read_text("utf-8")
        return ""

    # Carrying ----------------------------------------------------------------------------------

    def look_in(self) -> None:
        """Let a carrier go to the mail server soon, with letters or without; do not wait for it."""
        if self.server is None:
            return
        with self._one:
            self._wake.set()
            if self._carrier is None or not self._carrier.is_alive():
                self._carrier = threading.Thread(target=self._carry, daemon=True)
                self._carrier.start()

    def _carry(self) -> None:
        """Carry until nothing waits; after a failure wait, longer each time, or until woken."""
        tries = 0
        while True:
            self._wake.clear()
            done = self.round()
            with self._one:
                if done and not self._wake.is_set():
                    self._carrier = None
                    return
            tries = 0 if done else tries + 1
            self._wake.wait(PAUSES[min(tries, len(PAUSES)) - 1] if tries else 0.0)

    def round(self) -> bool:
        """Go to the mail server once; say whether nothing is left to carry."""
        assert self.server is not None
        self.outbox.mkdir(mode=0o700, exist_ok=True)
        with (self.outbox / ".carrier").open("w") as one:
            fcntl.flock(one, fcntl.LOCK_EX)
            try:
                with self.server.reached() as line:
                    left = [path for path in self.waiting() if not self._handed_over(line, path)]
            except (OSError, smtplib.SMTPException) as error:
                self._troubled(error)
                return False
            self._trouble.unlink(missing_ok=True)
            return not left

    def _troubled(self, error: Exception) -> None:
        """Keep what is wrong for the keepers of the instance."""
        told = f"{type(error).__name__}: {error}"[:300]
        if told != self.trouble():
            LOG.warning("mail server %r: %s; letters stay in %s", self.server, told, self.outbox)
        self._trouble.write_text(told, "utf-8")

    def _handed_over(self, line: smtplib.SMTP, path: Path) -> bool:
        """Hand over one letter; say whether it need not be tried again."""
        try:
            line.send_message(message_from_bytes(path.read_bytes(), policy=SMTP))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            line.rset()
            if not lasting(error):
                return False
            self.returned.mkdir(mode=0o700, exist_ok=True)
            path.replace(self.returned / path.name)
            LOG.warning("a letter was refused for good: %s; it lies in %s", error, self.returned)
            return True
        path.unlink()
        return True


def lasting(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> bool:
    """Say whether a mail server meant its refusal for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= FOR_GOOD for code, _why in error.recipients.values())
    return error.smtp_code >= FOR_GOOD
