"""Last year's text forward: refused updates."""

import sqlalchemy as sa
from alembic import op

from drafting.store.tables import Moment

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward."""
    op.create_table('refused_updates',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('words_hash', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('refused', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_refused_updates_draft_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_refused_updates_paragraph_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_refused_updates_person_id')),
    sa.PrimaryKeyConstraint('draft_id', 'paragraph_id', 'kind', 'words_hash', 'number', name=op.f('pk_refused_updates'))
    )


def downgrade() -> None:
    """Takes the schema back."""
    op.drop_table('refused_updates')
