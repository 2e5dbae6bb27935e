"""Sheets taken into the record: read, compared with what stands there, and sent as commands."""

from __future__ import annotations

from siprecruit.importing.contacts import CONTACTS
from siprecruit.importing.outcome import ImportedResponses
from siprecruit.importing.people import PEOPLE
from siprecruit.importing.placements import PLACEMENTS
from siprecruit.importing.progress import PROGRESS
from siprecruit.importing.responses import Source, import_responses
from siprecruit.importing.schools import ImportedSchools, import_schools
from siprecruit.importing.sending import ImportStopped, Run
from siprecruit.importing.taken_over import TakenOver
from siprecruit.importing.taking_over import take_over

__all__ = [
    "CONTACTS",
    "PEOPLE",
    "PLACEMENTS",
    "PROGRESS",
    "ImportStopped",
    "ImportedResponses",
    "ImportedSchools",
    "Run",
    "Source",
    "TakenOver",
    "import_responses",
    "import_schools",
    "take_over",
]
