"""Letters to people: written as files into the home's outbox, or handed to a mail server.

`smtp = ""` leaves letters in the outbox, where a keeper (or a test) reads them. With
`smtp = "smtp://user:password@host:587"` (or smtps://) they are sent in the background, so that no
answer takes longer because there was someone to write to; what could not be sent stays there.
"""

from __future__ import annotations

import logging
import os
import secrets
import smtplib
import threading
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOG = logging.getLogger(__name__)
PATIENCE = 20.0  # seconds for a mail server to answer


class Post:
    """The post of one instance."""

    def __init__(self, outbox: Path, *, sender: str, smtp: str = "") -> None:
        """Write letters into `outbox`; send them on where a mail server is named."""
        self.outbox = outbox
        self.sender = sender
        self.smtp = smtp

    def send(self, to: str, subject: str, text: str, now: datetime) -> Path:
        """Write a letter; give its file in the outbox."""
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["To"], letter["Subject"] = self.sender, to, subject
        letter["Date"] = format_datetime(now)
        letter["Message-ID"] = make_msgid(domain="govgraph.invalid")
        letter.set_content(text)
        self.outbox.mkdir(mode=0o700, exist_ok=True)
        path = self.outbox / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(6)}.eml"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
            file.write(letter.as_bytes())
        if self.smtp:
            threading.Thread(target=self._hand_over, args=(letter, path), daemon=True).start()
        return path

    def _hand_over(self, letter: EmailMessage, path: Path) -> None:
        """Give a letter to the mail server and take it out of the outbox."""
        where = urlsplit(self.smtp)
        kind = smtplib.SMTP_SSL if where.scheme == "smtps" else smtplib.SMTP
        try:
            with kind(where.hostname or "localhost", where.port or 0, timeout=PATIENCE) as server:
                if where.username:
                    if where.scheme != "smtps":
                        server.starttls()
                    server.login(unquote(where.username), unquote(where.password or ""))
                server.send_message(letter)
            path.unlink()
        except (OSError, smtplib.SMTPException):
            LOG.warning("a letter could not be sent; it stays in %s", path, exc_info=True)
