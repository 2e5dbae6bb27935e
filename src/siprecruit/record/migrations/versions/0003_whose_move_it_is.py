"""Whose move it is: the list of a role's applicants is read by an index, in both of its orders.

After 0002.
"""

from __future__ import annotations

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


def downgrade() -> None:
    """There is a copy of the database from before: that is the way back."""
    raise NotImplementedError("restore the copy that was made before this revision")
