"""Several server processes: what is told, in the order of the commits."""

import sqlalchemy as sa
from alembic import op

from drafting.store.tables import Moment

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward."""
    op.create_table('news_heads',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('draft_id', name=op.f('pk_news_heads'))
    )
    op.create_table('news',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('origin', sa.Uuid(), nullable=False),
    sa.Column('events', sa.JSON(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('draft_id', 'number', name=op.f('pk_news'))
    )
    op.create_index(op.f('ix_news_at'), 'news', ['at'])


def downgrade() -> None:
    """Takes the schema back."""
    op.drop_index(op.f('ix_news_at'), table_name='news')
    op.drop_table('news')
    op.drop_table('news_heads')
