"""What an import of responses costs, beside checking the same rows by their JSON Schema alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import synthetic
from measuring import Figure, Size, beside, cpu, rate

from siprecruit import schema
from siprecruit.core.commands import Command
from siprecruit.importing.responses import Source, import_responses
from siprecruit.intake.commands import as_envelope, schema_of
from siprecruit.intake.sheets import read_sheet

FIELDS = (
    "advert",
    "received_on",
    "first_name",
    "last_name",
    "email",
    "phone",
    "category",
    "current_post",
    "employer",
    "home_authority",
    "phases",
    "days_available",
    "pen_portrait",
    "referee1_name",
    "referee1_email",
    "referee1_role",
    "referee1_la",
    "referee2_name",
    "referee2_email",
    "referee2_role",
    "referee2_la",
)


def of_responses(size: Size, folder: Path) -> Iterator[Figure]:
    """A sheet that is new, and the same sheet again."""
    commands = list(synthetic.responses(synthetic.codes(0, size.responses)))
    sheet = folder / f"responses-{size.responses}.csv"
    _write(sheet, commands)
    documents = [as_envelope(command) for command in commands]
    runs = [_run(sheet, folder, documents) for _ in range(max(1, size.pairs // 2))]
    count = len(commands)
    per_second = rate(count, median(first for first, _, _ in runs))
    yield beside(
        f"import of {count:,} responses, {per_second}",
        count,
        [(first, bare) for first, _, bare in runs],
        "at most 2.5, 2,000/s",
    )
    per_second = rate(count, median(again for _, again, _ in runs))
    yield beside(f"the same sheet again, {per_second}", count, [(again, bare) for _, again, bare in runs], "")


def _run(sheet: Path, folder: Path, documents: list[object]) -> tuple[float, float, float]:
    """The CPU of the import, of the same import again, and of the schema alone."""
    file = folder / "imported.db"
    file.unlink(missing_ok=True)
    service = synthetic.service(file)
    source = Source(path=sheet, folder=folder)

    def take_in() -> None:
        done = import_responses(service, read_sheet(sheet), source)
        assert done.rows == len(documents)
        assert not done.rejected

    first, again = cpu(take_in), cpu(take_in)
    service.record.close()
    validator = schema.validator(schema_of("response.submit"))
    return first, again, cpu(lambda: [list(validator.iter_errors(each)) for each in documents])


def _write(sheet: Path, commands: list[Command]) -> None:
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(_row(command) for command in commands)


def _row(command: Command) -> dict[str, object]:
    said = command.what
    row = {field: getattr(said, field) for field in FIELDS[:13] if hasattr(said, field)}
    row |= {"received_on": command.on.strftime("%d/%m/%Y"), "phases": ", ".join(said.phases)}
    for number, referee in enumerate(said.referees, start=1):
        row |= {f"referee{number}_{part}": getattr(referee, part) for part in ("name", "email", "role")}
        row[f"referee{number}_la"] = "yes" if referee.from_la else "no"
    return row
