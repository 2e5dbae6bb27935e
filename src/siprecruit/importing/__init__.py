"""Sheets taken into the record: read, compared with what stands there, and sent as commands."""

from __future__ import annotations

from siprecruit.importing.outcome import ImportedResponses
from siprecruit.importing.responses import Source, import_responses
from siprecruit.importing.schools import ImportedSchools, import_schools
from siprecruit.importing.sending import ImportStopped, Run

__all__ = [
    "ImportStopped",
    "ImportedResponses",
    "ImportedSchools",
    "Run",
    "Source",
    "import_responses",
    "import_schools",
]
