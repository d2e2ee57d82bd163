"""What the treasurer's pages need: a note on money of no gift, and indexes of their lists."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade():
    """The column, and the indexes."""
    op.add_column(
        "donations_payment",
        sa.Column(
            "looked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when somebody noted that they know of a payment without a gift",
        ),
    )
    op.create_index("ix_donations_gift_state_list", "donations_gift", ["state", "id"])
    op.create_index("ix_donations_gift_currency_list", "donations_gift", ["currency", "id"])
    op.create_index(
        "ix_donations_gift_monthly_list",
        "donations_gift",
        ["monthly_state", "id"],
        postgresql_where=sa.text("monthly_state IS NOT NULL"),
    )
    for column in ("kind", "currency", "settled_currency"):
        op.create_index(f"ix_donations_entry_{column}", "donations_entry", [column, "happened_at", "id"])
    op.create_index(
        "ix_donations_entry_by_hand",
        "donations_entry",
        ["happened_at", "id"],
        postgresql_where=sa.text("source = 'manual'"),
    )


def downgrade():
    """Away with both."""
    for name in ("by_hand", "settled_currency", "currency", "kind"):
        op.drop_index(f"ix_donations_entry_{name}", "donations_entry")
    op.drop_index("ix_donations_gift_monthly_list", "donations_gift")
    op.drop_index("ix_donations_gift_currency_list", "donations_gift")
    op.drop_index("ix_donations_gift_state_list", "donations_gift")
    op.drop_column("donations_payment", "looked_at")
