"""Several server processes: what is told, in the order of the commits."""

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward."""


def downgrade() -> None:
    """Takes the schema back."""
