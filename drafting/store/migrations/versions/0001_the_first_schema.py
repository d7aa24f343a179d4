"""The first schema."""

import sqlalchemy as sa
from alembic import op

from drafting.store.tables import Moment

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward."""
    op.create_table('delegations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('regional_group', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegations')),
    sa.UniqueConstraint('key', name=op.f('uq_delegations_key'))
    )
    op.create_table('people',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('password_hash', sa.String(), nullable=True),
    sa.Column('opens_drafts', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('email', name=op.f('uq_people_email'))
    )
    op.create_table('sign_in_tries',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('account_hash', sa.String(), nullable=False),
    sa.Column('address_hash', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_tries'))
    )
    with op.batch_alter_table('sign_in_tries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_tries_account_hash'), ['account_hash'], unique=False)

    op.create_table('delegation_names',
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('short', sa.String(), nullable=False),
    sa.Column('long', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_delegation_names_delegation_id')),
    sa.PrimaryKeyConstraint('delegation_id', 'valid_from', name=op.f('pk_delegation_names'))
    )
    op.create_table('drafts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('masthead', sa.JSON(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_drafts_created_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts'))
    )
    op.create_table('operations',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('answer', sa.JSON(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_operations_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'id', name=op.f('pk_operations'))
    )
    op.create_table('sessions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('device', sa.String(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sessions_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sessions_token_hash'))
    )
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sessions_person_id'), ['person_id'], unique=False)

    op.create_table('sign_in_links',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('reusable', sa.Boolean(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sign_in_links_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sign_in_links'))
    )
    op.create_table('deeds',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('summary', sa.String(), nullable=False),
    sa.Column('undo', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('undone_by', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_deeds_draft_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_deeds_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deeds')),
    sa.UniqueConstraint('draft_id', 'seq', name=op.f('uq_deeds_draft_id_seq'))
    )
    op.create_table('invitations',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('created_by', sa.Uuid(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.Column('used_by', sa.Uuid(), nullable=True),
    sa.Column('withdrawn_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['created_by'], ['people.id'], name=op.f('fk_invitations_created_by')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_invitations_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_invitations_draft_id')),
    sa.ForeignKeyConstraint(['used_by'], ['people.id'], name=op.f('fk_invitations_used_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitations')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitations_token_hash'))
    )
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitations_draft_id'), ['draft_id'], unique=False)

    op.create_table('paragraphs',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('deleted', sa.Boolean(), nullable=False),
    sa.Column('retired', sa.Integer(), nullable=True),
    sa.Column('base_label', sa.String(), nullable=True),
    sa.Column('base_kind', sa.String(), nullable=True),
    sa.Column('base_level', sa.Integer(), nullable=True),
    sa.CheckConstraint('level BETWEEN 0 AND 3', name=op.f('ck_paragraphs_level')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_paragraphs_draft_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paragraphs'))
    )
    with op.batch_alter_table('paragraphs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_paragraphs_draft_id'), ['draft_id'], unique=False)

    op.create_table('places',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('begun_at', Moment(), nullable=False),
    sa.Column('begun_by', sa.Uuid(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint("delegation_id IS NOT NULL OR role IN ('secretariat', 'presidency')", name=op.f('ck_places_delegation_named')),
    sa.ForeignKeyConstraint(['begun_by'], ['people.id'], name=op.f('fk_places_begun_by')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_places_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_places_draft_id')),
    sa.ForeignKeyConstraint(['ended_by'], ['people.id'], name=op.f('fk_places_ended_by')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_places_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_places'))
    )
    with op.batch_alter_table('places', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_places_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_places_open', ['draft_id', 'person_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('texts',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_texts_draft_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_texts'))
    )
    with op.batch_alter_table('texts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_texts_draft_id'), ['draft_id'], unique=False)

    op.create_table('tickets',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_tickets_session_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_tickets'))
    )
    op.create_table('versions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('masthead', sa.JSON(), nullable=False),
    sa.Column('sealed_at', Moment(), nullable=False),
    sa.Column('sealed_by', sa.Uuid(), nullable=True),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('hash', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_versions_draft_id')),
    sa.ForeignKeyConstraint(['sealed_by'], ['people.id'], name=op.f('fk_versions_sealed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_versions')),
    sa.UniqueConstraint('draft_id', 'number', name=op.f('uq_versions_draft_id_number'))
    )
    op.create_table('changes',
    sa.Column('text_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('edit_id', sa.Uuid(), nullable=False),
    sa.Column('fingerprint', sa.String(), nullable=False),
    sa.Column('deed', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('ops', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_changes_person_id')),
    sa.ForeignKeyConstraint(['text_id'], ['texts.id'], name=op.f('fk_changes_text_id')),
    sa.PrimaryKeyConstraint('text_id', 'version', name=op.f('pk_changes'))
    )
    with op.batch_alter_table('changes', schema=None) as batch_op:
        batch_op.create_index('ix_changes_edit_id', ['edit_id'], unique=False)

    op.create_table('forks',
    sa.Column('text_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('at', sa.Integer(), nullable=False),
    sa.Column('other_id', sa.Uuid(), nullable=False),
    sa.Column('other_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('split', 'merge')", name=op.f('ck_forks_kind')),
    sa.ForeignKeyConstraint(['other_id'], ['texts.id'], name=op.f('fk_forks_other_id')),
    sa.ForeignKeyConstraint(['text_id'], ['texts.id'], name=op.f('fk_forks_text_id')),
    sa.PrimaryKeyConstraint('text_id', 'version', name=op.f('pk_forks'))
    )
    op.create_table('purges',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('text_id', sa.Uuid(), nullable=False),
    sa.Column('from_version', sa.Integer(), nullable=False),
    sa.Column('to_version', sa.Integer(), nullable=False),
    sa.Column('characters', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_purges_person_id')),
    sa.ForeignKeyConstraint(['text_id'], ['texts.id'], name=op.f('fk_purges_text_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_purges'))
    )
    with op.batch_alter_table('purges', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_purges_text_id'), ['text_id'], unique=False)

    op.create_table('snapshots',
    sa.Column('text_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['text_id'], ['texts.id'], name=op.f('fk_snapshots_text_id')),
    sa.PrimaryKeyConstraint('text_id', 'version', name=op.f('pk_snapshots'))
    )
    op.create_table('threads',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('draft_id', sa.Uuid(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=False),
    sa.Column('start_utf16', sa.Integer(), nullable=True),
    sa.Column('end_utf16', sa.Integer(), nullable=True),
    sa.Column('quote', sa.JSON(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint("(audience IN ('delegation', 'presidency')) = (delegation_id IS NOT NULL)", name=op.f('ck_threads_delegation_named')),
    sa.CheckConstraint('start_utf16 <= end_utf16', name=op.f('ck_threads_range')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_threads_delegation_id')),
    sa.ForeignKeyConstraint(['draft_id'], ['drafts.id'], name=op.f('fk_threads_draft_id')),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_threads_paragraph_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_threads'))
    )
    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_threads_draft_id'), ['draft_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_threads_paragraph_id'), ['paragraph_id'], unique=False)

    op.create_table('version_paragraphs',
    sa.Column('version_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('paragraph_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('level', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(), nullable=False),
    sa.Column('previous_label', sa.String(), nullable=False),
    sa.Column('text_version', sa.Integer(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['paragraph_id'], ['paragraphs.id'], name=op.f('fk_version_paragraphs_paragraph_id')),
    sa.ForeignKeyConstraint(['version_id'], ['versions.id'], name=op.f('fk_version_paragraphs_version_id')),
    sa.PrimaryKeyConstraint('version_id', 'position', name=op.f('pk_version_paragraphs'))
    )
    with op.batch_alter_table('version_paragraphs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_version_paragraphs_paragraph_id'), ['paragraph_id'], unique=False)

    op.create_table('comments',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('thread_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_comments_person_id')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_comments_thread_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comments')),
    sa.UniqueConstraint('thread_id', 'number', name=op.f('uq_comments_thread_id_number'))
    )
    op.create_table('thread_steps',
    sa.Column('thread_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('audience', sa.String(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('author', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegations.id'], name=op.f('fk_thread_steps_delegation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_thread_steps_person_id')),
    sa.ForeignKeyConstraint(['thread_id'], ['threads.id'], name=op.f('fk_thread_steps_thread_id')),
    sa.PrimaryKeyConstraint('thread_id', 'number', name=op.f('pk_thread_steps'))
    )
    op.create_table('comment_bodies',
    sa.Column('comment_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_comment_bodies_comment_id')),
    sa.PrimaryKeyConstraint('comment_id', 'number', name=op.f('pk_comment_bodies'))
    )


def downgrade() -> None:
    """Takes the schema back."""
    op.drop_table('comment_bodies')
    op.drop_table('thread_steps')
    op.drop_table('comments')
    with op.batch_alter_table('version_paragraphs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_version_paragraphs_paragraph_id'))

    op.drop_table('version_paragraphs')
    with op.batch_alter_table('threads', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_threads_paragraph_id'))
        batch_op.drop_index(batch_op.f('ix_threads_draft_id'))

    op.drop_table('threads')
    op.drop_table('snapshots')
    with op.batch_alter_table('purges', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_purges_text_id'))

    op.drop_table('purges')
    op.drop_table('forks')
    with op.batch_alter_table('changes', schema=None) as batch_op:
        batch_op.drop_index('ix_changes_edit_id')

    op.drop_table('changes')
    op.drop_table('versions')
    op.drop_table('tickets')
    with op.batch_alter_table('texts', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_texts_draft_id'))

    op.drop_table('texts')
    with op.batch_alter_table('places', schema=None) as batch_op:
        batch_op.drop_index('uq_places_open', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_places_person_id'))

    op.drop_table('places')
    with op.batch_alter_table('paragraphs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_paragraphs_draft_id'))

    op.drop_table('paragraphs')
    with op.batch_alter_table('invitations', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_invitations_draft_id'))

    op.drop_table('invitations')
    op.drop_table('deeds')
    op.drop_table('sign_in_links')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sessions_person_id'))

    op.drop_table('sessions')
    op.drop_table('operations')
    op.drop_table('drafts')
    op.drop_table('delegation_names')
    with op.batch_alter_table('sign_in_tries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_in_tries_account_hash'))

    op.drop_table('sign_in_tries')
    op.drop_table('people')
    op.drop_table('delegations')
