"""``siprecruit messages``: what is sent to whom, in which words, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from siprecruit.cli.lazily import Group
from siprecruit.cli.messages_by_hand import again, recall, release, settle
from siprecruit.cli.options import everywhere
from siprecruit.cli.paging import how_many, paged, print_page, say_more
from siprecruit.cli.session import print_json, say, say_clock, service
from siprecruit.cli.tables import facts, table
from siprecruit.cli.telling import DONE, REFUSED, tell

if TYPE_CHECKING:
    from siprecruit.deliver.writing.previewing import Preview
    from siprecruit.installation import Installation
    from siprecruit.reports.listing import Page
    from siprecruit.reports.outgoing import Outgoing, Story

_STATUSES = (
    "queued, sending, awaiting, sent, recalled, not_wanted, refused, unknown, failed, bounced, overdue, "
    "settled"
)
_NO_WORDS = "No words are kept of it: it was not written yet, or whom it was about was erased."


@click.group(cls=Group, short_help="What is sent to whom, and what became of it.")
def messages() -> None:
    """Messages: what waits, what was sent and what went wrong; their words, before they go out and after.

    The words of each message lie in a file that you may replace: write messages/NAME.txt in your folder.
    """


for each in (recall, again, settle, release):
    messages.add_command(each)


@messages.command("list")
@click.option("--status", "statuses", metavar="S", multiple=True, help=f"Only those: {_STATUSES}.")
@click.option("--about", metavar="ID", help="Only those about one application, person or school.")
@paged
def list_them(statuses: tuple[str, ...], about: str | None, page: int, size: int) -> None:
    """List the messages, the one due last first: to whom by role, and what became of it."""
    from siprecruit.reports.outgoing import STATUSES, outgoing

    for said in statuses:
        if said not in STATUSES:
            raise click.BadParameter(f"--status must be one of {_STATUSES}, not {said[:40]!r}")
    with service() as (opened, running):
        with running.record.reading() as reader:
            found = outgoing(reader, statuses=statuses, about=about, page=page, size=size)
        _print_list(opened, found)


def _print_list(opened: Installation, found: Page[Outgoing]) -> None:
    say_clock(opened)
    if everywhere().json:
        print_page("messages", found, {})
        return
    if not found.total:
        say("No such message: what is recorded queues them, as the programme's table of messages says.")
        return
    say(how_many(found, "message", "messages"))
    say()
    rows = [(_moment(one.due_at), one.status, one.to, one.provider, one.key) for one in found.rows]
    say(table(("due (UTC)", "status", "to", "through", "key"), rows))
    say()
    say_more(found)
    say("What was sent: siprecruit messages show KEY.")
    say("To take back one that waits: siprecruit messages recall KEY.")
    say("To let nothing go out: siprecruit deliver --stop.")


def _moment(instant: str | None) -> str:
    return instant[:16].replace("T", " ") if instant else ""


@messages.command()
@click.argument("key", metavar="KEY")
def show(key: str) -> int:
    """Show one message: what was sent to whom, who was called for it, and what they answered.

    A link in it lacks its code: what opens a referee's form is stored nowhere.
    """
    from siprecruit.reports.documents import as_document
    from siprecruit.reports.outgoing import story

    with service() as (opened, running):
        with running.record.reading() as reader:
            found = story(reader, key)
        if found is None:
            tell(f"{key[:120]}: there is no message of that key (see siprecruit messages list)")
            return REFUSED
        if everywhere().json:
            print_json(as_document(found))
        else:
            say_clock(opened)
            _print_story(found)
    return DONE


def _print_story(found: Story) -> None:
    one, told = found.outgoing, found.told
    say(
        facts(
            [
                ("key", one.key),
                ("message", one.message),
                ("status", one.status),
                ("due (UTC)", _moment(one.due_at)),
                ("settled (UTC)", _moment(one.settled_at)),
                ("through", one.provider),
                ("to", _whom({"to": one.to, **told})),
                ("may have reached", ", ".join(_whom(each) for each in _others(told))),
                ("why not", told.get("reason")),
                ("said of it", told.get("settled")),
            ]
        )
    )
    if found.tried:
        say()
        tries = [(_moment(each.began_at), each.provider, each.answer, each.code) for each in found.tried]
        say(table(("tried (UTC)", "through", "answered", "with"), tries))
    say()
    if "text" in told:
        _print_words(told["subject"], told["text"])
    else:
        say(told.get("answers") or _NO_WORDS)
    _say_what_can_be_done(one)


def _others(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Whom else it may have reached: at a former address, or in a try of which nothing came back."""
    tries = {each["address"]: each for each in (*told.get("before", ()), *told.get("trying", ()))}
    return [each for address, each in tries.items() if address != told.get("address")]


def _whom(told: Mapping[str, Any]) -> str:
    return " ".join(part for part in (told["to"], told.get("address", "")) if part)


def _print_words(subject: str, text: str) -> None:
    say(f"Subject: {subject}")
    say()
    say(text.rstrip("\n"))


def _say_what_can_be_done(one: Outgoing) -> None:
    from siprecruit.record.outbox import REPLY

    if one.message == REPLY:
        if one.status == "refused":
            say(f"\nOnce what it says is recorded: siprecruit messages settle {one.key} --not-sent")
    elif one.status == "queued":
        say(f"\nTo take it back: siprecruit messages recall {one.key}")
    elif one.status in ("recalled", "settled", "not_wanted"):
        say(f"\nTo send it after all: siprecruit messages again {one.key}")
    elif one.status in ("refused", "unknown", "failed", "bounced", "overdue"):
        say(f"\nTo try it anew: siprecruit messages again {one.key}")
        say(f"To say what became of it: siprecruit messages settle {one.key} --sent (or --not-sent)")


@messages.command()
@click.argument("name", metavar="NAME")
@click.argument("about", metavar="[ID]", required=False)
@click.option("--html", "as_html", is_flag=True, help="Print it as HTML.")
def preview(name: str, about: str | None, *, as_html: bool) -> None:
    """Show a message as it would be written: about the latest case in the record, or the one of an ID.

    ID is an application's code, a person's id or a school's URN. Where the record has no case, one is made
    up. Nothing is sent, and a link in it opens nothing.
    """
    from siprecruit.cli.delivering import office
    from siprecruit.deliver.writing.previewing import preview as previewed

    with office() as (opened, ready, _), ready.service.record.reading() as reader:
        found = previewed(ready, reader, name, about)
        if everywhere().json:
            print_json(_as_document(found))
        elif as_html:
            click.echo(found.message.html)
        else:
            say_clock(opened)
            say(f"{name}, {_about(found)}:")
            say()
            _print_words(found.message.subject, found.message.text)


def _about(found: Preview) -> str:
    return f"about {found.about}" if found.about else "with a case that is made up, as the record has none"


def _as_document(found: Preview) -> dict[str, Any]:
    written = found.message
    return {
        "name": written.template,
        "about": found.about,
        "made_up": found.about is None,
        "subject": written.subject,
        "text": written.text,
        "html": written.html,
        "fields": dict(found.fields),
    }


@messages.command("send-to-me")
@click.argument("name", metavar="NAME")
@click.argument("about", metavar="[ID]", required=False)
@click.option("--to", "address", metavar="ADDRESS", required=True, help="Your own address.")
def send_to_me(name: str, about: str | None, address: str) -> int:
    """Send a message to yourself, through whoever would send it: about the latest case, or that of an ID.

    Nothing of it is recorded, nobody else gets it, and a link in it opens nothing. It can't be taken back.
    """
    from siprecruit.cli.delivering import office
    from siprecruit.deliver.writing.previewing import preview as previewed
    from siprecruit.deliver.writing.to_oneself import send

    with office() as (opened, ready, callers):
        with ready.service.record.reading() as reader:
            found = previewed(ready, reader, name, about, to=address)
        said = send(ready, callers, found.message)
        if everywhere().json:
            print_json({"name": name, "about": found.about, "through": said.provider, "answer": said.answer})
        else:
            say_clock(opened)
            say(f"{name}, {_about(found)}: {said.provider} answered that it was {said.answer}.")
    return DONE if said.answer in ("accepted", "awaiting") else REFUSED
