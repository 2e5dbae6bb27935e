"""Empty sheets to be filled in and imported: the headings, and under each a sentence of help."""

from __future__ import annotations

import csv
import io
from typing import Final

from siprecruit.core.programme import Programme
from siprecruit.intake.kinds import columns_of

TEMPLATES: Final = ("responses", "schools", "progress", "people", "contacts", "placements")

_WIDEST: Final = 40
_TEXT: Final = "@"
"""Excel's form for cells that are text: a telephone number keeps its first zero."""


def template_csv(kind: str, programme: Programme) -> bytes:
    """An empty sheet as csv, in UTF-8 with the mark by which Excel knows it."""
    columns = columns_of(kind, programme).values()
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([heading for heading, _ in columns])
    writer.writerow([told for _, told in columns])
    return text.getvalue().encode("utf-8-sig")


def template_xlsx(kind: str, programme: Programme) -> bytes:
    """An empty sheet as a workbook, with text cells, and headings that stay in sight."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.active
    page.title = kind
    for place, (field, (heading, told)) in enumerate(columns_of(kind, programme).items(), start=1):
        page.cell(1, place, heading).font = Font(bold=True)
        below = page.cell(2, place, told)
        below.font = Font(italic=True)
        below.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(place)
        page.column_dimensions[letter].width = min(_WIDEST, max(len(heading), len(told) // 2) + 2)
        if "phone" in field or "urn" in field:
            page.column_dimensions[letter].number_format = _TEXT
    page.freeze_panes = "A2"
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()
