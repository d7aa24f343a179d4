"""Every refusal the house can make.

    Refusal
    ├── Malformed              what was sent is not of the expected form
    │   └── Unreadable         a file that cannot be read as what it claims to be
    ├── NotFound               no such thing, or none that this person may see
    ├── NotSignedIn            nobody is signed in
    ├── NotAllowed             a thing this person sees and may not do
    │   ├── ProofNeeded        a thing for which one shows again who one is
    │   └── Unproved           a passkey's answer that does not hold
    ├── NotBelieved            an identity provider that could not be asked, or whose answer does not hold
    ├── Stale                  the ground has moved since the person looked
    ├── Conflict               the same id was used for something else
    ├── TooMany                too many tries; wait
    ├── LinkSpent              an invitation or sign-in link that is wrong, used or expired
    ├── Busy                   too much is being done at once; try again in a moment
    ├── NotStored              the database could not keep it (full, locked, gone): nothing was changed
    └── CannotStart            a server that cannot begin: said to whoever starts it, before anything is served

A refusal's class is the fact, its text the sentence a person sees. Refusals know no HTTP: one table
at the edge gives each a status.
"""

from typing import ClassVar


class Refusal(Exception):
    """Something that was asked for and will not be done."""

    sentence: ClassVar[str] = "This cannot be done."

    def __init__(self, *, detail: str | None = None) -> None:
        """Takes the sentence for this case, when there is a better one than the class's own."""
        self.detail = detail or self.sentence
        super().__init__(self.detail)


class Malformed(Refusal):
    """What was sent is not of the expected form; nothing was changed."""

    sentence = "What was sent is not of the expected form; nothing was changed."


class Unreadable(Malformed):
    """A file that cannot be read as what it claims to be; nothing was stored."""

    sentence = "This file cannot be read; nothing was stored."


class NotFound(Refusal):
    """No such thing, or none that this person may see: the answer is the same."""

    sentence = "There is nothing at this address."


class NotSignedIn(Refusal):
    """Nobody is signed in."""

    sentence = "Please sign in."


class NotAllowed(Refusal):
    """A thing this person sees and may not do."""

    sentence = "Your role does not allow this."


class ProofNeeded(NotAllowed):
    """A thing for which the person has to show again that it is they."""

    sentence = (
        "For this, please show once more that it is you: open your account page and confirm. "
        "Nothing was changed."
    )


class Unproved(NotAllowed):
    """A passkey's answer that does not hold: the answer is the same for every reason."""

    sentence = "This passkey was not accepted. Nothing was changed; please try again."


class NotBelieved(Refusal):
    """An identity provider that could not be asked, or whose answer does not hold."""

    sentence = "The identity provider’s answer was not accepted. Nothing was changed."


class Stale(Refusal):
    """The ground has moved since the person looked."""

    sentence = "This has changed since you looked; nothing was changed. Please look again."


class Conflict(Refusal):
    """The same id was used for something else."""

    sentence = "This id has been used for something else; nothing was changed."


class TooMany(Refusal):
    """Too many tries."""

    sentence = "Too many tries. Please wait a minute and try again."


class LinkSpent(Refusal):
    """An invitation or sign-in link that is wrong, used, withdrawn or expired."""

    sentence = "This link is wrong, has been used, or has expired. Ask for a new one."


class Busy(Refusal):
    """Too much is being done at once; nothing was stored."""

    sentence = (
        "Many files are being worked on just now, so this was not begun and nothing was stored. "
        "Please try again in a moment."
    )


class NotStored(Refusal):
    """The database could not keep it; nothing was changed."""

    sentence = (
        "This could not be stored just now, so it was not done. "
        "Your words are kept in this page and will be sent again."
    )


class CannotStart(Refusal):
    """A server that cannot begin: nothing was served."""

    sentence = "The server processes end as soon as they are started: the log says why. Nothing was served."
