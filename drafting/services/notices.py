"""What people are told of their own accounts: on the account page, and by mail."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from drafting import ids
from drafting.config import Config
from drafting.services import mailing
from drafting.services.mailing import Outcome
from drafting.store import notices as kept
from drafting.store import people as kept_people
from drafting.store.tables import AccountNotice
from drafting.store.work import Store, Work

SHOWN = 12
MAILED_WITHIN = timedelta(days=1)
"""Notices that could not be mailed for so long are mailed no more: they stand on the page."""

_log = logging.getLogger(__name__)
_mailing = threading.Lock()


def tell(w: Work, person_id: UUID, kind: str, words: str, *, email: str | None = None) -> None:
    """Tells somebody what happened to their account; `email` where it is not their address now."""
    person = kept_people.person(w, person_id)
    w.note(kind, person_id)
    w.session.add(
        AccountNotice(
            id=ids.new_id(f"notice:{person_id}"),
            person_id=person_id,
            kind=kind,
            words=words,
            at=w.now,
            email=email or (None if person is None else person.email),
            mailed_at=None,
        )
    )


def shown(w: Work, person_id: UUID) -> list[dict[str, Any]]:
    """Gives what somebody was told last, the newest first."""
    return [
        {"at": one.at.isoformat(), "kind": one.kind, "words": one.words}
        for one in kept.of(w, person_id, limit=SHOWN)
    ]


def mail_waiting(store: Store, config: Config) -> int:
    """Mails what waits to be mailed, in the order in which it happened; gives how many went out.

    One that was perhaps sent is not sent again; one that was not is tried with the next.
    """
    if not config.smtp_url:
        return 0
    with _mailing:
        with store.reading() as w:
            waiting = kept.to_mail(w, w.now - MAILED_WITHIN)
            letters = [_letter(config, one) for one in waiting]
        results = mailing.send(mailing.settings(config.smtp_url), letters)
        done = [
            one.id
            for one, result in zip(waiting, results, strict=True)
            if result.outcome is not Outcome.NOT_TRIED
        ]
        if done:
            with store.work() as w:
                for notice_id in done:
                    kept.mailed(w, notice_id)
    return sum(one.outcome is Outcome.SENT for one in results)


def _letter(config: Config, notice: AccountNotice) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = config.mail_from
    letter["To"] = notice.email
    letter["Subject"] = "Your account at the drafting table"
    letter["Date"] = format_datetime(notice.at)
    letter["Message-ID"] = f"<{notice.id}@drafting.invalid>"
    letter["Auto-Submitted"] = "auto-generated"
    where = f"\n{config.public_url}/account" if config.public_url else ""
    letter.set_content(
        f"{notice.words}\n\nIf this was you, there is nothing to do. If it was not, sign in, end the "
        f"sessions you do not know and change your password; then tell whoever runs the server.{where}\n"
    )
    return letter


def mail_soon(store: Store, config: Config) -> None:
    """Mails what waits, without anybody waiting for it."""
    if config.smtp_url:
        threading.Thread(target=_mail, args=(store, config), daemon=True, name="notices").start()


def _mail(store: Store, config: Config) -> None:
    try:
        mail_waiting(store, config)
    except Exception as error:  # noqa: BLE001 - a thread of its own: the notices stand on the page and wait
        _log.warning("notices: not mailed: %s", type(error).__name__)
