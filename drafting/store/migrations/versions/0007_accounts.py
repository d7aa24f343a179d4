"""Accounts: second factors, passkeys, sign-in by a ministry's identity provider, notices."""

import sqlalchemy as sa
from alembic import op

from drafting.store.tables import Moment

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema forward."""
    op.add_column('sessions', sa.Column('address', sa.String(), nullable=False, server_default=''))
    op.add_column('sessions', sa.Column('method', sa.String(), nullable=False, server_default='password'))
    op.add_column('sessions', sa.Column('fresh_at', Moment(), nullable=True))
    op.add_column('sessions', sa.Column('second_at', Moment(), nullable=True))
    op.create_table('authenticators',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('last_step', sa.Integer(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('confirmed_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_authenticators_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authenticators'))
    )
    op.create_index(op.f('ix_authenticators_person_id'), 'authenticators', ['person_id'])
    op.create_table('recovery_codes',
    sa.Column('code_hash', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_recovery_codes_person_id')),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_recovery_codes'))
    )
    op.create_index(op.f('ix_recovery_codes_person_id'), 'recovery_codes', ['person_id'])
    op.create_table('passkeys',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_passkeys_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkeys_credential_id'))
    )
    op.create_index(op.f('ix_passkeys_person_id'), 'passkeys', ['person_id'])
    op.create_table('challenges',
    sa.Column('challenge', sa.LargeBinary(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_challenges_person_id')),
    sa.PrimaryKeyConstraint('challenge', name=op.f('pk_challenges'))
    )
    op.create_table('arrivals',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('device', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('known', sa.Boolean(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_arrivals_person_id')),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_arrivals'))
    )
    op.create_table('known_devices',
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('device', sa.String(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_known_devices_person_id')),
    sa.PrimaryKeyConstraint('token_hash', 'person_id', name=op.f('pk_known_devices'))
    )
    op.create_table('identities',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('issuer', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_identities_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identities'))
    )
    op.create_index(op.f('ix_identities_person_id'), 'identities', ['person_id'])
    op.create_index('uq_identities_open', 'identities', ['issuer', 'subject'], unique=True,
        sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('errands',
    sa.Column('state_hash', sa.String(), nullable=False),
    sa.Column('browser_hash', sa.String(), nullable=False),
    sa.Column('provider', sa.String(), nullable=False),
    sa.Column('nonce', sa.String(), nullable=False),
    sa.Column('verifier', sa.String(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=True),
    sa.Column('invitation', sa.String(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_errands_session_id')),
    sa.PrimaryKeyConstraint('state_hash', name=op.f('pk_errands'))
    )
    op.create_table('account_notices',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('email', sa.String(), nullable=True),
    sa.Column('mailed_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_account_notices_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account_notices'))
    )
    op.create_index(op.f('ix_account_notices_person_id'), 'account_notices', ['person_id'])


def downgrade() -> None:
    """Takes the schema back: second factors and linked identities are lost, accounts and their passwords stay."""
    op.drop_table('account_notices')
    op.drop_table('errands')
    op.drop_table('identities')
    op.drop_table('known_devices')
    op.drop_table('arrivals')
    op.drop_table('challenges')
    op.drop_table('passkeys')
    op.drop_table('recovery_codes')
    op.drop_table('authenticators')
    # Not by making the table anew: SQLite would not let one go that others refer to.
    for name in ('second_at', 'fresh_at', 'method', 'address'):
        op.drop_column('sessions', name)
