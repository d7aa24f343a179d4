"""Resolutions known with their dates; why a text was tabled with something left open."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward; tablings there are have no override, and are not chained."""
    op.create_table('known_resolutions',
    sa.Column('number', sa.String(), nullable=False),
    sa.Column('adopted_on', sa.Date(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('own', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_known_resolutions'))
    )
    op.add_column('tablings', sa.Column('override', sa.JSON(), nullable=True))
    op.add_column('tablings', sa.Column('hash', sa.String(), nullable=True))


def downgrade() -> None:
    """Takes the schema back; what was known beyond the tool's own table goes with it."""
    op.drop_column('tablings', 'hash')
    op.drop_column('tablings', 'override')
    op.drop_table('known_resolutions')
