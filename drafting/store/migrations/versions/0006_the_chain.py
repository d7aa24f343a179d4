"""The record's chain: every deed of a draft, hashed."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward; what stands already is chained when the newest schema is reached."""
    op.create_table('chain_entries',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('chain', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=True),
    sa.Column('entry', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_chain_entries_draft_id')),
    sa.PrimaryKeyConstraint('draft_id', 'chain', 'number', name=op.f('pk_chain_entries'))
    )
    with op.batch_alter_table('chain_entries', schema=None) as batch_op:
        batch_op.create_index('ix_chain_entries_what', ['draft_id', 'chain', 'what', 'version'], unique=False)

    op.create_table('chain_heads',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('chain', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_chain_heads_draft_id')),
    sa.PrimaryKeyConstraint('draft_id', 'chain', name=op.f('pk_chain_heads'))
    )
    op.create_table('chain_texts',
    sa.Column('text_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['text_id'], ['texts.id'], name=op.f('fk_chain_texts_text_id')),
    sa.PrimaryKeyConstraint('text_id', name=op.f('pk_chain_texts'))
    )
    with op.batch_alter_table('texts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link', sa.String(), nullable=True))
    with op.batch_alter_table('changes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('salt', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('words', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('link', sa.String(), nullable=True))
    with op.batch_alter_table('purges', schema=None) as batch_op:
        batch_op.add_column(sa.Column('replaced', sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    """Takes the schema back."""
    # Not by making the tables anew: SQLite would not let one go that others refer to.
    op.drop_column('purges', 'replaced')
    op.drop_column('changes', 'link')
    op.drop_column('changes', 'words')
    op.drop_column('changes', 'salt')
    op.drop_column('texts', 'link')
    op.drop_table('chain_texts')
    op.drop_table('chain_heads')
    with op.batch_alter_table('chain_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_chain_entries_what')
    op.drop_table('chain_entries')
