"""Sentences to begin a test with: each makes a case in an installation, and says what it is called there."""

from __future__ import annotations

import datetime as dt
from typing import Final

import attrs

from siprecruit.core.accreditation import ExpectAccreditation, RecordAccreditation
from siprecruit.core.ids import ALPHABET, Code, Urn
from siprecruit.core.induction import AttendInduction
from siprecruit.core.particulars import AppointPerson, RecordPerson
from siprecruit.core.references import AskReference
from siprecruit.core.responses import NamedReferee, SubmitResponse
from siprecruit.core.school_record import RecordSchool
from siprecruit.testing.app import App

ADVERT: Final = Code("tes-2007-05")
_NAMES: Final = (("Barnaby", "Thistlewood"), ("Niamh", "O’Brien"), ("Zoë", "Åkerman"), ("Colin", "Drake"))


@attrs.define(kw_only=True)
class Given:
    """Makes cases. All people in them are made up, with addresses below example.org."""

    app: App
    made: int = 0

    def an_applicant(self, **other: object) -> str:
        """A headteacher has answered the advert of May 2007, with two referees; the application's code."""
        code, number = self._code(), self.made
        first_name, last_name = _NAMES[number % len(_NAMES)]
        values: dict[str, object] = {
            "advert": ADVERT,
            "first_name": first_name,
            "last_name": last_name,
            "email": f"applicant{number}@example.org",
            "category": Code("headteacher"),
            "phases": (Code("primary"),),
            "days_available": 12,
            "referees": (
                NamedReferee(name="Perpetua Quillfeather", email=f"referee{number}@example.org"),
                NamedReferee(name="Lars Officer", email="la.referee@example.org", from_la=True),
            ),
        }
        what = SubmitResponse(**{**values, **other})  # type: ignore[arg-type] # a test's own words
        self.app.tell(f"application/{code}", what, self._day())
        return code

    def a_reference_that_is_asked_for(self, channel: str = "form", *, from_la: bool = False) -> str:
        """A referee of a new applicant is asked, through a channel; the task's id, such as ``A7K4P/r1``."""
        code = self.an_applicant()
        what = AskReference(
            reference=Code("r1"), referee=Code("2" if from_la else "1"), channel=Code(channel)
        )
        self.app.tell(f"application/{code}", what)
        return f"{code}/r1"

    def an_appointed_headteacher_awaiting_accreditation(self, phase: str = "primary") -> str:
        """A headteacher belongs to the pool, and the accreditor's answer is awaited; the person's id."""
        person = self._in_the_pool("headteacher")
        self.app.tell(f"person/{person}", ExpectAccreditation(phase=Code(phase)), self._day())
        return person

    def an_accredited_consultant(self, phase: str = "primary") -> str:
        """A consultant belongs to the pool, is accredited and inducted; the person's id."""
        person = self._in_the_pool("consultant")
        accredited = RecordAccreditation(phase=Code(phase), source=Code("ncsl"))
        self.app.tell(f"person/{person}", accredited, self._day())
        self.app.tell(f"person/{person}", AttendInduction(), self._day())
        return person

    def a_school(self, urn: str = "990001") -> str:
        """A maintained primary school is in the record; its URN."""
        school = RecordSchool(
            name="Nowhere Primary School",
            la_code=Code(self.app.installation.authority),
            phase=Code("primary"),
            type=Code("community"),
            type_group=Code("maintained"),
        )
        self.app.tell(f"placement/{Urn(urn)}", school, self._day())
        return urn

    def _in_the_pool(self, category: str) -> str:
        person, number = self._code(), self.made
        first_name, last_name = _NAMES[number % len(_NAMES)]
        self.app.tell(
            f"person/{person}",
            RecordPerson(first_name=first_name, last_name=last_name, email=f"sip{number}@example.org"),
            self._day(),
        )
        self.app.tell(f"person/{person}", AppointPerson(category=Code(category)), self._day())
        return person

    def _code(self) -> str:
        """Another code each time, the same in each run."""
        self.made += 1
        letters, rest = "", self.made
        for _ in range(4):
            rest, place = divmod(rest, len(ALPHABET))
            letters = ALPHABET[place] + letters
        return f"A{letters}"

    def _day(self) -> dt.date:
        """A fortnight ago."""
        return self.app.service.today() - dt.timedelta(days=14)
