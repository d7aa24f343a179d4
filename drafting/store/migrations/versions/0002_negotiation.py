"""Proposals, positions, agreement."""

import sqlalchemy as sa
from alembic import op

from drafting.store.tables import Moment

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward."""
    op.create_table('packages',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('paragraphs', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('dissolved_at', Moment(), nullable=True),
    sa.Column('dissolved_by', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_packages_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_packages_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_packages'))
    )
    op.create_index(op.f('ix_packages_draft_id'), 'packages', ['draft_id'])

    op.create_table('agreement_steps',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('delegations', sa.JSON(), nullable=False),
    sa.Column('start_utf16', sa.Integer(), nullable=True),
    sa.Column('end_utf16', sa.Integer(), nullable=True),
    sa.Column('base', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_agreement_steps_draft_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_agreement_steps_paragraph_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_agreement_steps_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_steps')),
    sa.UniqueConstraint('paragraph_id', 'number', name=op.f('uq_agreement_steps_paragraph_id_number'))
    )
    op.create_index(op.f('ix_agreement_steps_draft_id'), 'agreement_steps', ['draft_id'])

    op.create_table('nature_verdicts',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('from_number', sa.Integer(), nullable=False),
    sa.Column('to_number', sa.Integer(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('nature', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_nature_verdicts_draft_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_nature_verdicts_paragraph_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_nature_verdicts_person_id')),
    sa.PrimaryKeyConstraint('draft_id', 'from_number', 'to_number', 'paragraph_id', 'number', name=op.f('pk_nature_verdicts'))
    )
    op.create_table('proposals',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=True),
    sa.Column('after_id', sa.Uuid(), nullable=True),
    sa.Column('at_utf16', sa.Integer(), nullable=False),
    sa.Column('paragraph_kind', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('base', sa.JSON(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=True),
    sa.Column('sentence_for', sa.String(), nullable=False),
    sa.Column('replaces_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('put_forward_at', Moment(), nullable=True),
    sa.CheckConstraint('level BETWEEN 0 AND 3', name=op.f('ck_proposals_level')),
    sa.ForeignKeyConstraint(['after_id'], ['paragraphs.id'], name=op.f('fk_proposals_after_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_proposals_draft_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_proposals_paragraph_id')),
    sa.ForeignKeyConstraint(['replaces_id'], ['proposals.id'], name=op.f('fk_proposals_replaces_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proposals'))
    )
    op.create_index(op.f('ix_proposals_draft_id'), 'proposals', ['draft_id'])
    op.create_index(op.f('ix_proposals_paragraph_id'), 'proposals', ['paragraph_id'])
    op.create_index(op.f('ix_proposals_replaces_id'), 'proposals', ['replaces_id'])

    op.create_table('positions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=True),
    sa.Column('proposal_id', sa.Uuid(), nullable=True),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('base', sa.JSON(), nullable=False),
    sa.Column('stance', sa.String(), nullable=False),
    sa.Column('weight', sa.String(), nullable=True),
    sa.Column('certainty', sa.String(), nullable=False),
    sa.Column('remark', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('aligns_with', sa.Uuid(), nullable=True),
    sa.Column('follows', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.CheckConstraint('(paragraph_id IS NULL) != (proposal_id IS NULL)', name=op.f('ck_positions_one_thing')),
    sa.ForeignKeyConstraint(['aligns_with'], ['positions.id'], name=op.f('fk_positions_aligns_with')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_positions_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_positions_draft_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_positions_paragraph_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_positions_person_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_positions_proposal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_positions'))
    )
    op.create_index(op.f('ix_positions_draft_id'), 'positions', ['draft_id'])

    op.create_table('proposal_owners',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('since', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_proposal_owners_delegation_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_proposal_owners_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'number', name=op.f('pk_proposal_owners'))
    )
    op.create_table('proposal_steps',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_proposal_steps_person_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposals.id'], name=op.f('fk_proposal_steps_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'number', name=op.f('pk_proposal_steps'))
    )
    op.create_table('position_marks',
    sa.Column('position_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_position_marks_person_id')),
    sa.ForeignKeyConstraint(['position_id'], ['positions.id'], name=op.f('fk_position_marks_position_id')),
    sa.PrimaryKeyConstraint('position_id', 'number', name=op.f('pk_position_marks'))
    )
    op.create_table('position_responses',
    sa.Column('position_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_position_responses_person_id')),
    sa.ForeignKeyConstraint(['position_id'], ['positions.id'], name=op.f('fk_position_responses_position_id')),
    sa.PrimaryKeyConstraint('position_id', 'number', name=op.f('pk_position_responses'))
    )
    with op.batch_alter_table('deeds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('credit', sa.String(), nullable=True))



def downgrade() -> None:
    """Takes the schema back."""
    op.execute("DELETE FROM changes WHERE text_id IN (SELECT id FROM proposals)")
    op.execute("DELETE FROM snapshots WHERE text_id IN (SELECT id FROM proposals)")
    op.execute("DELETE FROM texts WHERE id IN (SELECT id FROM proposals)")
    with op.batch_alter_table('deeds', schema=None) as batch_op:
        batch_op.drop_column('credit')

    op.drop_table('position_responses')
    op.drop_table('position_marks')
    op.drop_table('proposal_steps')
    op.drop_table('proposal_owners')
    op.drop_index(op.f('ix_positions_draft_id'), 'positions')

    op.drop_table('positions')
    op.drop_index(op.f('ix_proposals_replaces_id'), 'proposals')
    op.drop_index(op.f('ix_proposals_paragraph_id'), 'proposals')
    op.drop_index(op.f('ix_proposals_draft_id'), 'proposals')

    op.drop_table('proposals')
    op.drop_table('nature_verdicts')
    op.drop_index(op.f('ix_agreement_steps_draft_id'), 'agreement_steps')

    op.drop_table('agreement_steps')
    op.drop_index(op.f('ix_packages_draft_id'), 'packages')

    op.drop_table('packages')
