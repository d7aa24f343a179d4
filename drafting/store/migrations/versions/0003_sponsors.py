"""Sponsors, capitals, the board, the record."""

import uuid

import sqlalchemy as sa
from alembic import op

from drafting.store.tables import Moment

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward; each draft there is begins a series of its own."""
    op.create_table('series',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('treaty', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series'))
    )
    op.create_table('party_statuses',
    sa.Column('treaty', sa.String(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_party_statuses_delegation_id')),
    sa.PrimaryKeyConstraint('treaty', 'delegation_id', 'since', name=op.f('pk_party_statuses'))
    )
    op.create_table('adoptions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('series_id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=True),
    sa.Column('symbol', sa.String(), nullable=False),
    sa.Column('adopted_on', sa.Date(), nullable=True),
    sa.Column('additional', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_adoptions_draft_id')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_adoptions_series_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_adoptions')),
    sa.UniqueConstraint('draft_id', name=op.f('uq_adoptions_draft_id'))
    )
    op.create_index(op.f('ix_adoptions_series_id'), 'adoptions', ['series_id'])
    op.create_table('contacts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('said', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_contacts_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_contacts_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_contacts_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contacts'))
    )
    op.create_index('ix_contacts_draft_id_delegation_id', 'contacts', ['draft_id', 'delegation_id'])
    op.create_table('letters',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('addresses', sa.JSON(), nullable=False),
    sa.Column('result', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_letters_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_letters_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_letters_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_letters'))
    )
    op.create_index('ix_letters_draft_id_delegation_id', 'letters', ['draft_id', 'delegation_id'])
    op.create_table('next_actions',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('done', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_next_actions_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_next_actions_draft_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['people.id'], name=op.f('fk_next_actions_owner_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_next_actions_person_id')),
    sa.PrimaryKeyConstraint('draft_id', 'delegation_id', 'number', name=op.f('pk_next_actions'))
    )
    op.create_table('readings',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_readings_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_readings_person_id')),
    sa.PrimaryKeyConstraint('draft_id', 'person_id', 'number', name=op.f('pk_readings'))
    )
    op.create_table('series_drafts',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('series_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_series_drafts_draft_id')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_series_drafts_series_id')),
    sa.PrimaryKeyConstraint('draft_id', name=op.f('pk_series_drafts'))
    )
    op.create_index(op.f('ix_series_drafts_series_id'), 'series_drafts', ['series_id'])
    op.create_table('sponsor_calls',
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('group', sa.String(), nullable=False),
    sa.Column('listed', sa.Boolean(), nullable=False),
    sa.Column('deadline_at', Moment(), nullable=True),
    sa.Column('deadline_zone', sa.String(), nullable=False),
    sa.Column('closes_at', Moment(), nullable=True),
    sa.Column('closes_zone', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_sponsor_calls_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sponsor_calls_person_id')),
    sa.PrimaryKeyConstraint('draft_id', 'number', name=op.f('pk_sponsor_calls'))
    )
    op.create_table('sponsor_steps',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('capacity', sa.String(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=True),
    sa.Column('manner', sa.String(), nullable=False),
    sa.Column('who', sa.String(), nullable=False),
    sa.Column('where', sa.String(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('reach', sa.String(), nullable=False),
    sa.Column('recorded', sa.String(), nullable=False),
    sa.Column('corrects_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.CheckConstraint("(recorded = 'link') = (person_id IS NULL)", name=op.f('ck_sponsor_steps_recorded')),
    sa.ForeignKeyConstraint(['corrects_id'], ['sponsor_steps.id'], name=op.f('fk_sponsor_steps_corrects_id')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_sponsor_steps_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_sponsor_steps_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sponsor_steps_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sponsor_steps')),
    sa.UniqueConstraint('draft_id', 'delegation_id', 'number', name=op.f('uq_sponsor_steps_draft_id_delegation_id_number'))
    )
    op.create_table('sponsor_targets',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_sponsor_targets_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_sponsor_targets_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sponsor_targets_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sponsor_targets'))
    )
    op.create_index(op.f('ix_sponsor_targets_draft_id'), 'sponsor_targets', ['draft_id'])
    op.create_table('answer_links',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('letter_id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('question', sa.String(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('voided_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_answer_links_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_answer_links_draft_id')),
    sa.ForeignKeyConstraint(['letter_id'], ['letters.id'], name=op.f('fk_answer_links_letter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_answer_links_token_hash'))
    )
    op.create_index(op.f('ix_answer_links_draft_id'), 'answer_links', ['draft_id'])
    op.create_index(op.f('ix_answer_links_letter_id'), 'answer_links', ['letter_id'])
    op.create_table('instructions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=True),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('due', sa.Date(), nullable=True),
    sa.Column('asked_by', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('shown', sa.String(), nullable=False),
    sa.Column('shown_until', sa.Date(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint("(subject = 'paragraph') = (paragraph_id IS NOT NULL)", name=op.f('ck_instructions_paragraph')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_instructions_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_instructions_draft_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_instructions_paragraph_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_instructions'))
    )
    op.create_index('ix_instructions_draft_id_delegation_id', 'instructions', ['draft_id', 'delegation_id'])
    op.create_table('outlook_overrides',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('vote', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('confidence', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_outlook_overrides_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_outlook_overrides_draft_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_outlook_overrides_paragraph_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_outlook_overrides_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outlook_overrides'))
    )
    op.create_index(op.f('ix_outlook_overrides_draft_id'), 'outlook_overrides', ['draft_id'])
    op.create_table('roll_calls',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('adoption_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('part', sa.String(), nullable=False),
    sa.Column('part_label', sa.String(), nullable=False),
    sa.Column('votes', sa.JSON(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['adoption_id'], ['adoptions.id'], name=op.f('fk_roll_calls_adoption_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roll_calls'))
    )
    op.create_index(op.f('ix_roll_calls_adoption_id'), 'roll_calls', ['adoption_id'])
    op.create_table('sponsor_conditions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=True),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('version_number', sa.Integer(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('reach', sa.String(), nullable=False),
    sa.Column('recorded', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('lifted_at', Moment(), nullable=True),
    sa.Column('lifted_by', sa.String(), nullable=False),
    sa.CheckConstraint("(kind = 'as_circulated') = (paragraph_id IS NULL)", name=op.f('ck_sponsor_conditions_paragraph_named')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_sponsor_conditions_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_sponsor_conditions_draft_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_sponsor_conditions_paragraph_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sponsor_conditions_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sponsor_conditions'))
    )
    op.create_index('ix_sponsor_conditions_draft_id_delegation_id', 'sponsor_conditions', ['draft_id', 'delegation_id'])
    op.create_table('tablings',
    sa.Column('adoption_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('symbol', sa.String(), nullable=False),
    sa.Column('on', sa.Date(), nullable=True),
    sa.Column('version_number', sa.Integer(), nullable=True),
    sa.Column('sponsors', sa.JSON(), nullable=False),
    sa.Column('line', sa.String(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['adoption_id'], ['adoptions.id'], name=op.f('fk_tablings_adoption_id')),
    sa.PrimaryKeyConstraint('adoption_id', 'number', name=op.f('pk_tablings'))
    )
    op.create_table('instruction_steps',
    sa.Column('instruction_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['instruction_id'], ['instructions.id'], name=op.f('fk_instruction_steps_instruction_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_instruction_steps_person_id')),
    sa.PrimaryKeyConstraint('instruction_id', 'number', name=op.f('pk_instruction_steps'))
    )
    op.add_column('people', sa.Column('zone', sa.String(), nullable=False, server_default='Europe/Zurich'))

    drafts = sa.table('drafts', sa.column('id', sa.Uuid()))
    series = sa.table('series', sa.column('id', sa.Uuid()), sa.column('treaty', sa.String()))
    members = sa.table('series_drafts', sa.column('draft_id', sa.Uuid()), sa.column('series_id', sa.Uuid()))
    connection = op.get_bind()
    for draft_id in connection.execute(sa.select(drafts.c.id)).scalars().all():
        series_id = uuid.uuid4()
        connection.execute(sa.insert(series).values(id=series_id, treaty=''))
        connection.execute(sa.insert(members).values(draft_id=draft_id, series_id=series_id))


def downgrade() -> None:
    """Takes the schema back."""
    op.drop_column('people', 'zone')
    op.drop_table('instruction_steps')
    op.drop_table('tablings')
    op.drop_index('ix_sponsor_conditions_draft_id_delegation_id', table_name='sponsor_conditions')
    op.drop_table('sponsor_conditions')
    op.drop_index(op.f('ix_roll_calls_adoption_id'), table_name='roll_calls')
    op.drop_table('roll_calls')
    op.drop_index(op.f('ix_outlook_overrides_draft_id'), table_name='outlook_overrides')
    op.drop_table('outlook_overrides')
    op.drop_index('ix_instructions_draft_id_delegation_id', table_name='instructions')
    op.drop_table('instructions')
    op.drop_index(op.f('ix_answer_links_letter_id'), table_name='answer_links')
    op.drop_index(op.f('ix_answer_links_draft_id'), table_name='answer_links')
    op.drop_table('answer_links')
    op.drop_index(op.f('ix_sponsor_targets_draft_id'), table_name='sponsor_targets')
    op.drop_table('sponsor_targets')
    op.drop_table('sponsor_steps')
    op.drop_table('sponsor_calls')
    op.drop_index(op.f('ix_series_drafts_series_id'), table_name='series_drafts')
    op.drop_table('series_drafts')
    op.drop_table('readings')
    op.drop_table('next_actions')
    op.drop_index('ix_letters_draft_id_delegation_id', table_name='letters')
    op.drop_table('letters')
    op.drop_index('ix_contacts_draft_id_delegation_id', table_name='contacts')
    op.drop_table('contacts')
    op.drop_index(op.f('ix_adoptions_series_id'), table_name='adoptions')
    op.drop_table('adoptions')
    op.drop_table('party_statuses')
    op.drop_table('series')
