from __future__ import annotations

import email
import stat
from email import policy

import pytest

from siprecruit.api import Accepted, Attachment, Deferred, Refused
from siprecruit.plugins.builtin import file
from siprecruit.testing import NotifierContract, a_context, a_delivery, a_notification


class TestFile(NotifierContract):
    """The folder keeps what a notifier promises; it speaks no HTTP."""

    plugin = file
    http = False

    @pytest.fixture
    def sent(self, context):
        """How many files there are."""
        return lambda: len(list((context.home / "messages-sent").glob("*.eml")))


@pytest.fixture
def context(tmp_path, clock):
    return a_context(file, home=tmp_path, clock=clock).context


def the_mail(context):
    (path,) = (context.home / "messages-sent").iterdir()
    return email.message_from_bytes(path.read_bytes(), policy=policy.default)


def test_a_message_can_be_opened_with_a_mail_program(context):
    """The file holds the whole mail: to whom, from whom, text, HTML and what goes along."""
    attached = Attachment(filename="Pack for O’Brien.pdf", media_type="application/pdf", content=b"%PDF")
    file.send(context, a_notification(attachments=(attached,)))
    mail = the_mail(context)
    assert mail["To"] == "Perpetua Quillfeather <perpetua.quillfeather@example.org>"
    assert mail["From"] == "sip@example.org"
    assert "Heliotrope & marigold" in mail.get_body(["plain"]).get_content()
    assert "Heliotrope &amp; marigold" in mail.get_body(["html"]).get_content()
    (part,) = mail.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("Pack for O’Brien.pdf", b"%PDF")
    assert mail.defects == []


def test_only_the_owner_reads_it(context):
    """A message is personal: neither its file nor its folder is open to others on the machine."""
    file.send(context, a_notification())
    (path,) = (context.home / "messages-sent").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_its_name_says_what_it_is_about_and_nobodys_name(context):
    """A file's name is seen in listings and backups: it holds ids alone."""
    sent = file.send(context, a_notification())
    assert isinstance(sent, Accepted)
    assert sent.receipt.startswith("application-A7K4P-12-reference.asked-")
    assert "Quillfeather" not in sent.receipt


def test_keys_that_look_alike_are_two(context):
    """Two keys that give the same words in a name are still two messages."""
    for key in ("application/A7K4P/12", "application-A7K4P-12"):
        file.send(context, a_notification(a_delivery(key)))
    assert len(list((context.home / "messages-sent").iterdir())) == 2


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org", "ä@example.org"],
)
def test_what_is_no_address_is_refused(context, address):
    """What isn't one address is told to staff; nothing is guessed, and nobody else gets it."""
    message = a_notification()
    outcome = file.send(context, a_notification(to=type(message.to)(id="1", name="N", address=address)))
    assert isinstance(outcome, Refused)
    assert outcome.reason.startswith("the recipient's address is not an e-mail address")


def test_a_subject_of_two_lines_is_refused(context):
    """A line break in a subject could begin a header: such a mail is not written."""
    outcome = file.send(context, a_notification(subject="Hello\nBcc: other@example.org"))
    assert outcome == Refused(reason="the subject can't stand in a mail.")


def test_a_folder_that_cannot_be_written_is_tried_again(context):
    """Where nothing could be written, nothing was sent: it is tried again when there is room."""
    (context.home / "messages-sent").write_text("a file stands in the way")
    assert isinstance(file.send(context, a_notification()), Deferred)


def test_a_link_leads_nowhere_else(context, tmp_path_factory):
    """The folder lies within the installation, also where a link says otherwise."""
    (context.home / "messages-sent").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    assert isinstance(file.send(context, a_notification()), Refused)
