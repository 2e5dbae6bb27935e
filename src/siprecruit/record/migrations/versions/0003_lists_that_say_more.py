"""Lists that say more and stay quick: a role's applicants by an index, a task's referee, who could cover.

After 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    with op.batch_alter_table("applicants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_applicants_whose_move_folded_name_application"),
            ["whose_move", "folded_name", "application"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_applicants_whose_move_received_on_application"),
            ["whose_move", "received_on", "application"],
            unique=False,
        )

    with op.batch_alter_table("todo", schema=None) as batch_op:
        batch_op.add_column(sa.Column("referee_name", sa.Text(), nullable=True))

    op.create_table(
        "pool",
        sa.Column("person", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("ready", sa.Text(), nullable=False),
        sa.Column("ties", sa.Text(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_pool")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    # Both follow from the events: the first look at them makes the views anew.
    op.execute(
        "INSERT INTO todo_changes (part, changes_on) VALUES ('*', '0001-01-01') ON CONFLICT (part) DO NOTHING"
    )


def downgrade() -> None:
    """There is a copy of the database from before: that is the way back."""
    raise NotImplementedError("restore the copy that was made before this revision")
