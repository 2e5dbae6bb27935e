"""How Alembic runs our revisions: on the connection and in the transaction that it is given."""

from __future__ import annotations

from alembic import context

from siprecruit.record import views
from siprecruit.record.tables import metadata

assert views.applicants.metadata is metadata  # they are declared, so that autogenerate sees them

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
)
context.run_migrations()
