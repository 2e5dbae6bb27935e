"""The officer's sheet: files beside what they are about, and the order of commands.

After 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    with op.batch_alter_table("commands", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_commands_place"), ["place"], unique=False)

    with op.batch_alter_table("applicants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_applicants_received_on_application"), ["received_on", "application"], unique=False
        )

    op.create_table(
        "vault_files",
        sa.Column("file", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("stream", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream", "version"],
            ["vault.stream", "vault.version"],
            name=op.f("fk_vault_files_vault"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("file", name=op.f("pk_vault_files")),
        sa.UniqueConstraint("stream", "version", name=op.f("uq_vault_files_stream_version")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )

    op.create_table(
        "todo",
        sa.Column("part", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("detail", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("due", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("since", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("role", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("whose", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=True),
        sa.Column("application", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=True),
        sa.Column("urn", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=True),
        sa.Column("about", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=True),
        sa.Column("other", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=True),
        sa.Column("hangs", sa.Integer(), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("part", "kind", "detail", name=op.f("pk_todo")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("todo", schema=None) as batch_op:
        batch_op.create_index(
            "ix_todo_by_urgency",
            ["urgency", "due", "rank", "since", "part", "kind", "detail"],
            unique=False,
        )
        batch_op.create_index("ix_todo_of_person", ["whose"], unique=False)
        batch_op.create_index(
            "ix_todo_of_role",
            ["role", "urgency", "due", "rank", "since", "part", "kind", "detail"],
            unique=False,
        )

    op.create_table(
        "todo_changes",
        sa.Column("part", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.Column("changes_on", sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_todo_changes")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("todo_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_todo_changes_changes_on"), ["changes_on"], unique=False)
    # What needs doing follows from the events: the first look at it makes the views anew.
    op.execute("INSERT INTO todo_changes (part, changes_on) VALUES ('*', '0001-01-01')")


def downgrade() -> None:
    """There is a copy of the database from before: that is the way back."""
    raise NotImplementedError("restore the copy that was made before this revision")
