from __future__ import annotations

import datetime as dt
import email
import logging
import shutil
import socket
import ssl
import subprocess
import threading
from email import policy
from typing import Any, ClassVar

import attrs
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from siprecruit.api import Accepted, Context, Deferred, Notification, Recipient, Refused
from siprecruit.plugins.builtin import smtp
from siprecruit.testing import Clock, NotifierContract, a_context, a_delivery, a_notification, called

PASSWORD = "hunter2-of-the-office"


@attrs.define
class Keeps:
    """A mail server's store, which may be told to say something else than yes, or to hang up."""

    mails: list = attrs.field(factory=list)
    says: dict = attrs.field(factory=dict)
    drops_at: str = ""
    server: object = None

    async def handle_MAIL(self, server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's word
        """From whom."""
        envelope.mail_from = address
        return self.said("MAIL", server)

    async def handle_RCPT(self, server, _session, envelope, address, _options):  # noqa: N802 - as above
        """To whom."""
        envelope.rcpt_tos.append(address)
        return self.said("RCPT", server)

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802 - as above
        """The text, which is kept before anything is said."""
        if self.says.get("DATA", "250").startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return self.said("DATA", server)

    def said(self, step, server):
        """What the server says at a step."""
        if self.drops_at == step:
            server.transport.abort()
        return self.says.get(step, "250 OK")


class Server(Controller):
    """A server on a free port of loopback."""

    def __init__(self, keeps: Keeps, **options: Any) -> None:
        self.options = options
        super().__init__(keeps, hostname="127.0.0.1", port=0)

    def factory(self):
        """One session."""
        return SMTP(self.handler, hostname="mail.example.org", **self.options)

    @property
    def where(self):
        """The port that it got."""
        return self.server.sockets[0].getsockname()[1]

    def _trigger_server(self) -> None:
        with socket.create_connection(("127.0.0.1", self.where), timeout=5) as line:
            line.recv(100)


@pytest.fixture
def keeps(monkeypatch):
    # The server of the test writes addresses into its log; ours is looked at.
    monkeypatch.setattr(logging.getLogger("mail.log"), "disabled", True)
    return Keeps()


@pytest.fixture
def server(keeps):
    made = Server(keeps)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def context_for(tmp_path, clock):
    def made(server: Server, **more: Any) -> Context:
        table = {"host": "127.0.0.1", "port": server.where, "security": "none", "sender": "sip@example.org"}
        return a_context(
            smtp,
            home=tmp_path,
            clock=clock,
            settings={**table, **more},
            environment={"SMTP_PASSWORD": PASSWORD},
        ).context

    return made


@pytest.fixture
def context(context_for, server):
    return context_for(server)


class TestSmtp(NotifierContract):
    """Mail keeps what a notifier promises; its failures are its own, below, for it speaks no HTTP."""

    plugin = smtp
    http = False
    environment: ClassVar = {"SMTP_PASSWORD": PASSWORD}

    @pytest.fixture
    def settings(self, server):
        """The server on loopback."""
        return {
            "host": "127.0.0.1",
            "port": server.where,
            "security": "none",
            "sender": "sip@example.org",
            "password": {"env": "SMTP_PASSWORD"},
        }

    @pytest.fixture
    def sent(self, keeps):
        """How many mails the server has."""
        return lambda: len(keeps.mails)


def in_good_time(clock: Clock, **other: Any) -> Notification:
    return a_notification(a_delivery(deadline=clock() + dt.timedelta(seconds=20)), **other)


def test_a_mail_arrives_as_it_was_written(context, keeps, clock):
    """Text, HTML, to whom and from whom; lines that begin with a dot are whole."""
    outcome = smtp.send(context, in_good_time(clock, text="Dear all,\n.\n..and so on\n"))
    (mail,) = keeps.mails
    assert isinstance(outcome, Accepted)
    assert outcome.receipt == mail["Message-ID"]
    assert mail["To"] == "Perpetua Quillfeather <perpetua.quillfeather@example.org>"
    assert mail["From"] == "sip@example.org"
    assert mail.get_body(["plain"]).get_content().splitlines() == "Dear all,\n.\n..and so on\n".splitlines()
    assert "Heliotrope &amp; marigold" in mail.get_body(["html"]).get_content()


def test_every_attempt_carries_the_same_id(context, keeps, clock):
    """A mail that came twice after all is known as one by its Message-ID, which the key gives."""
    smtp.send(context, in_good_time(clock))
    clock.advance(days=1)
    smtp.send(context, in_good_time(clock))
    assert len({mail["Message-ID"] for mail in keeps.mails}) == 1


def test_a_server_that_stores_and_drops_leaves_it_open(context, keeps, clock):
    """It has the mail and never said so: that isn't known here, and a repeat would send it twice."""
    keeps.drops_at = "DATA"
    ended = called(smtp.send, context, in_good_time(clock))
    assert ended.raised, ended
    assert len(keeps.mails) == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_line_that_breaks_before_the_text_has_sent_nothing(context, keeps, clock, step):
    """Up to DATA nothing was handed over, and it is tried again."""
    keeps.drops_at = step
    assert isinstance(smtp.send(context, in_good_time(clock)), Deferred)
    assert keeps.mails == []


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(("says", "kind"), [("451 try later", Deferred), ("550 never", Refused)])
def test_a_no_is_certain_at_every_step(context, keeps, clock, step, says, kind):
    """4xx says later and 5xx says never, also after the text: what the server says is known."""
    keeps.says[step] = says
    outcome = smtp.send(context, in_good_time(clock))
    assert isinstance(outcome, kind), outcome
    assert says in outcome.reason
    assert keeps.mails == []


def test_nobody_there_is_tried_again(tmp_path, clock):
    """A server that is down has had nothing."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    settings = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "a@example.org"}
    context = a_context(smtp, home=tmp_path, clock=clock, settings=settings).context
    assert isinstance(smtp.send(context, in_good_time(clock)), Deferred)


@pytest.mark.parametrize("greeting", [b"421 too busy\r\n", b"554 no service here\r\n", b""])
def test_a_server_that_greets_with_no_has_had_nothing(tmp_path, clock, greeting):
    """Whatever it says at the door is about the server, not about the message."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings = {
            "host": "127.0.0.1",
            "port": door.getsockname()[1],
            "security": "none",
            "sender": "a@example.org",
        }
        context = a_context(smtp, home=tmp_path, clock=clock, settings=settings).context

        # Said before anybody asks: the line waits in the queue of the door.
        def greet() -> None:
            line, _ = door.accept()
            with line:
                line.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        outcome = smtp.send(context, in_good_time(clock))
        thread.join()
    assert isinstance(outcome, Deferred), outcome


def test_a_server_that_says_nothing_is_given_up_in_time(tmp_path, clock):
    """A server that takes the line and is silent has had nothing either."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        settings = {
            "host": "127.0.0.1",
            "port": door.getsockname()[1],
            "security": "none",
            "sender": "a@example.org",
        }
        context = a_context(smtp, home=tmp_path, clock=clock, settings=settings).context
        soon = a_notification(a_delivery(deadline=clock()))
        outcome = called(smtp.send, context, soon, within=6).value
    assert isinstance(outcome, Deferred), outcome


def test_no_text_is_begun_without_time_to_see_its_end(context, keeps, clock):
    """So near the deadline the call would be ended in the middle, and nobody could say what became of it."""
    late = a_notification(a_delivery(deadline=clock() + dt.timedelta(seconds=smtp.LEFT - 1)))
    assert isinstance(smtp.send(context, late), Deferred)
    assert keeps.mails == []


def test_two_addresses_are_not_one(context, keeps, clock):
    """A field with two addresses in it goes to neither: who was meant isn't known."""
    to = Recipient(id="1", name="", address="a@example.org, b@example.org")
    assert isinstance(smtp.send(context, in_good_time(clock, to=to)), Refused)
    assert keeps.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_other_side_of_a_password(keeps, context_for, clock):
    """The server is told the user and the password; with a wrong one all waits until it is set right."""
    heard = []

    def judge(_server: Any, _session: Any, _envelope: Any, _mechanism: str, told: Any) -> AuthResult:
        heard.append((told.login, told.password))
        return AuthResult(success=told.password == PASSWORD.encode(), handled=False)

    server = Server(keeps, authenticator=judge, auth_required=True, auth_require_tls=False)
    server.start()
    try:
        right = context_for(server, user="office", password={"env": "SMTP_PASSWORD"})
        wrong = attrs.evolve(right, settings=attrs.evolve(right.settings, password="wrong"))
        outcome = smtp.send(wrong, in_good_time(clock))
        assert isinstance(outcome, Deferred)
        assert "wrong" not in outcome.reason
        assert isinstance(smtp.send(right, in_good_time(clock)), Accepted)
    finally:
        server.stop()
    assert (b"office", PASSWORD.encode()) in heard


def test_a_password_is_sent_over_an_encrypted_line_alone(tmp_path, clock):
    """In the clear it would be read by anybody on the way; on this machine there is no way."""
    table = {"host": "mail.example.org", "sender": "a@example.org", "user": "u", "password": PASSWORD}
    with pytest.raises(ValueError, match="encrypted"):
        smtp.siprecruit_settings().make({**table, "security": "none"})
    assert smtp.siprecruit_settings().make(table).door == 587


@pytest.fixture
def certificate(tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate, and isn't installed")
    paths = tmp_path / "key.pem", tmp_path / "ca.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = [*command.split(), *names, "-keyout", str(paths[0]), "-out", str(paths[1])]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paths[1], paths[0])
    return context


def test_a_line_is_encrypted_with_a_certificate_that_is_trusted(keeps, certificate, context_for, clock):
    """By STARTTLS, with the authority's own certificate; one that nobody vouches for gets nothing."""
    server = Server(keeps, tls_context=certificate, require_starttls=True)
    server.start()
    try:
        trusted = context_for(server, security="starttls", ca_file="ca.pem")
        stranger = context_for(server, security="starttls")
        assert isinstance(smtp.send(stranger, in_good_time(clock)), Deferred)
        assert keeps.mails == []
        assert isinstance(smtp.send(trusted, in_good_time(clock)), Accepted)
    finally:
        server.stop()
    assert len(keeps.mails) == 1
