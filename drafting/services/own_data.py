"""All that is kept of one person, for that person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drafting.services import comments, drafts, people
from drafting.services.sessions import SignedIn, device_words
from drafting.store import factors as kept_factors
from drafting.store import identities as kept_identities
from drafting.store import own_data as kept
from drafting.store import passkeys as kept_passkeys
from drafting.store import people as kept_people
from drafting.store.work import Work

FORM = "drafting own data 1"


def of(w: Work, me: SignedIn) -> dict[str, Any]:
    """Gives what is kept of a person: the account, its sessions and notices, places, and own comments.

    Comments are those the person wrote and still sees: what was written for a delegation stays with
    it when the person leaves.
    """
    person = kept_people.person(w, me.person_id)
    app = kept_factors.authenticator(w, me.person_id)
    return {
        "form": FORM,
        "made_at": w.now.isoformat(),
        "account": None
        if person is None
        else {
            "id": str(person.id),
            "name": person.name,
            "email": person.email,
            "zone": person.zone,
            "opens_drafts": person.opens_drafts,
            "created_at": person.created_at.isoformat(),
            "has_password": person.password_hash is not None,
            "authenticator_since": app.confirmed_at.isoformat()
            if app is not None and app.confirmed_at is not None
            else None,
            "recovery_codes_left": kept_factors.codes_left(w, me.person_id),
            "passkeys": [
                {"name": one.name, "made_at": one.made_at.isoformat()}
                for one in kept_passkeys.of(w, me.person_id)
            ],
            "identities": [
                {"issuer": one.issuer, "subject": one.subject, "since": one.made_at.isoformat()}
                for one in kept_identities.of(w, me.person_id)
            ],
        },
        "sessions": [
            {
                "device": device_words(one.device),
                "browser": one.device,
                "address": one.address,
                "created_at": one.created_at.isoformat(),
                "seen_at": one.seen_at.isoformat(),
                "ended_at": None if one.ended_at is None else one.ended_at.isoformat(),
            }
            for one in kept.sessions(w, me.person_id)
        ],
        "notices": [
            {"at": one.at.isoformat(), "words": one.words, "email": one.email}
            for one in kept.notices(w, me.person_id)
        ],
        "drafts": [_of_draft(w, me, one) for one in drafts.of_person(w, me.person_id)],
    }


def _of_draft(w: Work, me: SignedIn, held: dict[str, Any]) -> dict[str, Any]:
    actor = people.actor(w, me.session_id, UUID(held["id"]))
    return {
        "id": held["id"],
        "title": held["title"],
        "role": held["role"],
        "delegation": held["delegation"],
        "comments": [
            {"at": said["at"], "body": said["body"]}
            for thread in comments.all_seen(w, actor)
            for said in thread["comments"]
            if said["mine"]
        ],
    }
