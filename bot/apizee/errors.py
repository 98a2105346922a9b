"""What can go wrong at Apizee, by what the caller does next.

No text of these errors holds a number, an address or a link: they end up in logs.
"""

from __future__ import annotations

from bot.model.errors import KnownError, TryLater


class NotSent(TryLater):
    """Apizee has certainly not done it: it may be repeated after `retry_in` seconds, even if it invites somebody."""

    is_stated = True


class Unreachable(NotSent):
    """No connection could be made."""

    is_stated = False

    def __init__(self, retry_in: float = 5.0) -> None:
        super().__init__(retry_in)


class BudgetExhausted(NotSent):
    """Our own count of requests forbids it: the turn that is kept for the caller comes in `retry_in` seconds."""


class Unavailable(TryLater):
    """A question that changes nothing got no answer, though it was asked more than once."""

    def __init__(self, retry_in: float = 30.0) -> None:
        super().__init__(retry_in)


class UnexpectedAnswer(Unavailable):
    """A question was answered, but in a shape that this bot does not know."""


class OutcomeUnknown(KnownError):
    """Nobody knows whether Apizee has done it: look before repeating it."""


class MalformedResponse(OutcomeUnknown):
    """What came back is not Apizee's answer: a page of a proxy, half an answer, none at all, a contradiction."""


class UnexpectedShape(MalformedResponse):
    """Apizee's answer is complete, and not what its documentation promises: it would be the same again."""


class CannotDownload(KnownError):
    """A photo or recording stays where it is: it is too large, or lies elsewhere than at Apizee."""


class Refused(KnownError):
    """Apizee has said no, and will again.

    `code`, `message` and `details` are Apizee's own (`None` and `""` where it gave none); `message` and `details`
    may repeat what was sent, so they are for the person who asked, not for a log.
    """

    def __init__(self, status: int, code: int | None = None, message: str = "", details: str = "") -> None:
        super().__init__(f"refused with status {status}, code {code}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details


class Forbidden(Refused):
    """The API user, or the account, may not do this."""


class NotFound(Refused):
    """Apizee does not know what was asked for."""


class SignInFailed(KnownError):
    """Apizee does not accept the API user: no request succeeds before somebody corrects the settings."""

    def __init__(self) -> None:
        super().__init__("the sign-in is not accepted")
