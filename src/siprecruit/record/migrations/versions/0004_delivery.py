"""Delivery: who has a message and what became of it, attempts, what was sent, and providers.

After 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make it so."""
    key = sa.Text().with_variant(sa.TEXT(collation="C"), "postgresql")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("step", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("provider", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("begun_at_attempt", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("lease", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("leased_until", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("handed_over_at", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("sent_as", key, nullable=True))
        batch_op.add_column(sa.Column("receipt", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("settled_at", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_outbox_receipt_provider"), ["receipt", "provider"], unique=False)
    # What became of a request is the channel's to say: the row is now its task.
    op.execute("UPDATE outbox SET kind = 'request' WHERE template = 'reference.asked'")

    op.create_table(
        "attempts",
        sa.Column("key", key, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("began_at", sa.Text(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key", "attempt", "provider", name=op.f("pk_attempts")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_began_at"), ["began_at"], unique=False)

    op.create_table(
        "kept_messages",
        sa.Column("key", key, nullable=False),
        sa.Column("owner", key, nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["outbox.key"], name=op.f("fk_kept_messages_outbox")),
        sa.ForeignKeyConstraint(["owner"], ["vault_keys.owner"], name=op.f("fk_kept_messages_vault_keys")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_kept_messages")),
        sqlite_strict=True,
        sqlite_with_rowid=True,
    )
    with op.batch_alter_table("kept_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_messages_owner"), ["owner"], unique=False)

    op.create_table(
        "providers",
        sa.Column("provider", key, nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rests_until", sa.Text(), nullable=True),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_providers")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """There is a copy of the database from before: that is the way back."""
    raise NotImplementedError("restore the copy that was made before this revision")
