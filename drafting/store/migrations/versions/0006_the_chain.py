"""The record's chain: every deed of a draft, hashed."""

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward."""


def downgrade() -> None:
    """Takes the schema back."""
