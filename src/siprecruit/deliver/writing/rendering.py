"""Messages in the office's words: Jinja templates that an authority or a plugin replaces one by one."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import attrs
import jinja2
import jinja2.meta
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from siprecruit.core.ids import WELL_FORMED
from siprecruit.core.text import fold_address
from siprecruit.deliver.office import Office
from siprecruit.deliver.writing.addressing import AddressKind, Missing, recipient
from siprecruit.deliver.writing.cases import Case, cases
from siprecruit.deliver.writing.fields import fields_of, tidy
from siprecruit.deliver.writing.links import closed, is_ours
from siprecruit.deliver.writing.markup import marked_up
from siprecruit.deliver.writing.wanted import why_not_wanted
from siprecruit.plugins.types import Attachment, Delivery, Notification, Recipient
from siprecruit.record.outbox import Row
from siprecruit.record.reading import Reader

OURS: Final = Path(__file__).parents[2] / "messages"
"""The folder of the templates that ship."""

_SUBJECT: Final = "Subject:"
_LINKS: Final = ("link",)


@attrs.frozen(kw_only=True)
class Written:
    """A message ready to be sent. ``fields`` are those that its template names, for services with their own.

    ``row`` is the (first) row that it is of; ``template`` what it was written from. ``links`` are those in
    it that open something.
    """

    row: Row
    to: Recipient
    reply_to: str
    template: str
    subject: str
    text: str
    html: str
    fields: Mapping[str, str]
    links: tuple[str, ...] = attrs.field(default=(), repr=False)

    @property
    def as_kept(self) -> dict[str, str]:
        """What is kept of it. Nothing that opens a task is stored: a link lacks its code there."""
        text, marked = self.text, self.html
        for link in self.links:
            text = text.replace(link, closed(link))
            marked = marked.replace(html.escape(link), html.escape(closed(link)))
        told = {"to": self.to.name, "address": self.to.address, "subject": self.subject}
        return {**told, "text": text, "html": marked}

    def notification(self, delivery: Delivery, attachments: tuple[Attachment, ...] = ()) -> Notification:
        """It, as a notifier gets it."""
        return Notification(
            delivery=delivery,
            to=self.to,
            reply_to=self.reply_to,
            template=self.template,
            fields=self.fields,
            subject=self.subject,
            text=self.text,
            html=self.html,
            attachments=attachments,
        )


@attrs.frozen(kw_only=True)
class Undeliverable:
    """Why a row can't be sent, in a sentence for staff. ``wanted`` is false where nobody has to look.

    ``template`` is the name of the one that can't be used, where that is why: then it can be later.
    """

    row: Row
    sentence: str
    wanted: bool = True
    template: str | None = None


class BadTemplate(Exception):  # noqa: N818 - says what it is
    """A template can't be used. ``message`` says which one, where, and what is wrong with it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.code = "bad_template"
        self.message = message


# -- one message for each row, or one for several -----------------------------


def written(
    office: Office, rows: Sequence[Row], reader: Reader, *, kind: AddressKind = "email"
) -> list[Written | Undeliverable]:
    """What goes out for each of these rows, in their order: read in a few statements, judged once more."""
    return [write(case, kind=kind) for case in cases(office, reader, rows)]


def write(
    case: Case,
    *,
    kind: AddressKind = "email",
    template: str | None = None,
    more: Mapping[str, str] | None = None,
) -> Written | Undeliverable:
    """What goes out for one case; ``template`` and ``more`` fields are what a channel's answer says."""
    return write_together([case], kind=kind, template=template, more=more)


def write_together(
    found: Sequence[Case],
    *,
    kind: AddressKind = "email",
    template: str | None = None,
    more: Mapping[str, str] | None = None,
) -> Written | Undeliverable:
    """One message for several tasks of one referee: a digest. Those no longer wanted are left out of it.

    The template finds each task's fields in ``tasks``, the soonest due first, and those of the first as its
    own.
    """
    judged = [(case, why_not_wanted(case)) for case in sorted(found, key=_due)]
    wanted = [case for case, why in judged if why is None]
    if not wanted:
        return Undeliverable(row=found[0].row, sentence=judged[0][1] or "", wanted=False)
    first = wanted[0]
    to = recipient(first, kind)
    if isinstance(to, Missing):
        return Undeliverable(row=first.row, sentence=to.sentence, wanted=to.wanted)
    if any(_reached(recipient(case, kind)) != _reached(to) for case in wanted[1:]):
        return Undeliverable(row=first.row, sentence="they are not all for one person: send each by itself")
    try:
        return fill(wanted, to, template=template, more=more)
    except BadTemplate as error:
        return Undeliverable(row=first.row, sentence=error.message, template=template or _name(first))


def fill(
    found: Sequence[Case],
    to: Recipient,
    *,
    template: str | None = None,
    more: Mapping[str, str] | None = None,
) -> Written:
    """The message of these cases in words, unjudged. Raises BadTemplate."""
    first = found[0]
    name = template or _name(first)
    # A channel's own text may have paragraphs, such as the questions of its form.
    tasks = [{**fields_of(case, to), **(more or {})} for case in found]
    ready = templates(folders_of(first.office))
    subject, text, marked, used = ready.filled(name, tasks, first.office)
    return Written(
        row=first.row,
        to=to,
        reply_to=first.office.letterhead.email,
        template=name,
        subject=subject,
        text=text,
        html=marked,
        fields={each: value for each, value in tasks[0].items() if each in used},
        links=tuple(task["link"] for task in tasks if is_ours(first.office, task.get("link", ""))),
    )


def _name(case: Case) -> str:
    return case.message.name if case.message else case.row.template


def _due(case: Case) -> dt.date:
    return (case.task.due if case.task else None) or dt.date.max


def _reached(to: Recipient | Missing) -> str | None:
    """What makes two recipients one: the address, as a referee is named anew by each applicant."""
    return (fold_address(to.address) or to.id) if isinstance(to, Recipient) else None


# -- templates ----------------------------------------------------------------


def folders_of(office: Office) -> tuple[Path, ...]:
    """Where templates are looked for, in order: the installation, the programme's pack, and ours."""
    pack = office.plugins.packs.get(office.programme.name)
    packs = [pack.messages] if pack is not None and pack.messages is not None else []
    return (office.home / "messages", *packs, OURS)


class Templates:
    """The templates of these folders; of one name, that of the first folder counts."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self._environment = SandboxedEnvironment(
            loader=jinja2.FunctionLoader(self._load),
            undefined=jinja2.StrictUndefined,
            autoescape=lambda name: bool(name) and str(name).endswith(".html"),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["a"] = with_article

    def _load(self, file: str) -> tuple[str, str, Callable[[], bool]] | None:
        """A template's text; it counts for as long as it wasn't changed, and none lies nearer."""
        place = self.place(file)
        if place is None:
            return None
        path = self.folders[place] / file
        changed = path.stat().st_mtime_ns

        def still_counts() -> bool:
            return self.place(file) == place and path.stat().st_mtime_ns == changed

        return path.read_text("utf-8-sig"), str(path), still_counts

    def place(self, file: str) -> int | None:
        """In which of the folders a file is found first; None where it is in none, or is a path."""
        if WELL_FORMED.fullmatch(file) is None:
            return None
        return next((place for place, each in enumerate(self.folders) if (each / file).is_file()), None)

    def filled(
        self, name: str, tasks: Sequence[Mapping[str, str]], office: Office
    ) -> tuple[str, str, str, frozenset[str]]:
        """Subject, text, HTML, and the names of the fields that are used. Raises BadTemplate."""
        told = {**tasks[0], "tasks": tasks, "words": office.programme.vocabulary}
        subject, body = self._subject_and_body(name, told)
        text = self._render("layout.txt", {**told, "body": body}).strip("\n") + "\n"
        marked = self._html(name, subject, body, told, office)
        return subject, text, marked, self._used(f"{name}.txt") | self._used("layout.txt")

    def _subject_and_body(self, name: str, told: Mapping[str, Any]) -> tuple[str, str]:
        if self.place(f"{name}.txt") is None:
            raise BadTemplate(f"there is no template messages/{tidy(name)}.txt")
        first, _, rest = self._render(f"{name}.txt", told).lstrip("\n").partition("\n")
        if not first.startswith(_SUBJECT) or not tidy(first.removeprefix(_SUBJECT)):
            raise BadTemplate(f'messages/{name}.txt: the first line must be "{_SUBJECT} ..."')
        return tidy(first.removeprefix(_SUBJECT)), _tight(rest)

    def _html(self, name: str, subject: str, body: str, told: Mapping[str, Any], office: Office) -> str:
        """Made of the text, unless there is one that was written for that text, or to replace it."""
        of_text, of_html = self.place(f"{name}.txt"), self.place(f"{name}.html")
        if of_html is not None and of_text is not None and of_html <= of_text:
            return self._render(f"{name}.html", {**told, "subject": subject, "letterhead": office.letterhead})
        foreign = [
            value for task in told["tasks"] for each, value in task.items() if each not in _LINKS and value
        ]
        filled = {**told, "subject": subject, "letterhead": office.letterhead}
        marked = Markup(marked_up(body, foreign))  # noqa: S704 - each of its parts was escaped
        return self._render("layout.html", {**filled, "body": marked})

    def _render(self, file: str, told: Mapping[str, Any]) -> str:
        try:
            return self._environment.get_template(file).render(told)
        except jinja2.TemplateSyntaxError as error:
            raise BadTemplate(f"messages/{file}, line {error.lineno}: {_plain(error)}") from error
        except jinja2.TemplateError as error:
            raise BadTemplate(f"messages/{file}: {_plain(error)}") from error
        except (TypeError, ValueError, ArithmeticError, LookupError, OSError, RecursionError) as error:
            raise BadTemplate(f"messages/{file} can't be filled: it asks for what can't be done") from error

    def _used(self, file: str) -> frozenset[str]:
        loader = self._environment.loader
        assert loader is not None
        names, others = _named(self._environment, loader.get_source(self._environment, file)[0])
        return names.union(*(self._used(each) for each in others))


@lru_cache(maxsize=8)
def templates(folders: tuple[Path, ...]) -> Templates:
    """The templates of these folders, kept: a file that was changed since is read anew all the same."""
    return Templates(folders)


@lru_cache(maxsize=200)
def _named(environment: SandboxedEnvironment, source: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The fields that a template's source names, and the templates that it includes."""
    parsed = environment.parse(source)
    others = tuple(each for each in jinja2.meta.find_referenced_templates(parsed) if each)
    return frozenset(jinja2.meta.find_undeclared_variables(parsed)), others


def with_article(words: str) -> str:
    """``a School Improvement Partner``, ``an Improvement partner``."""
    return f"{'an' if words[:1].lower() in set('aeiou') else 'a'} {words}"


def _tight(text: str) -> str:
    """Paragraphs with one empty line between them, whatever a condition has left out."""
    lines = (line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _plain(error: jinja2.TemplateError) -> str:
    """What Jinja found wrong, in one line: it names a field or a word of the template, never a value."""
    if isinstance(error, jinja2.UndefinedError):
        return f"it names a field that there is not: {tidy(error.message or '')}"
    if isinstance(error, jinja2.TemplateNotFound):
        return f"it includes {tidy(error.message or '')}, which is not there"
    return tidy(error.message or "it can't be filled")
