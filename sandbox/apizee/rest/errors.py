"""Apizee's refusals: `{code, message, details}`.

Codes 2 (forbidden) and 10 (invalid parameter) have been seen at Apizee; for the others it repeats the HTTP status.
"""

from __future__ import annotations

from starlette.responses import JSONResponse

FORBIDDEN = 2
INVALID_PARAMETER = 10


class RefusedError(Exception):
    """A request that Apizee answers with an error."""

    def __init__(self, status: int, body: dict[str, object], headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self._status, self._body, self._headers = status, body, headers

    def answer(self) -> JSONResponse:
        """Return the response that says so."""
        return JSONResponse(self._body, self._status, self._headers)


def _refused(status: int, code: int, message: str, details: str) -> RefusedError:
    return RefusedError(status, {"code": code, "message": message, "details": details})


def invalid(parameter: str) -> RefusedError:
    """Say that this parameter is missing or wrong."""
    return _refused(400, INVALID_PARAMETER, f"The selected {parameter} field is invalid.", f"Parameter {parameter}")


def forbidden(feature: str) -> RefusedError:
    """Say that the account may not use this."""
    return _refused(403, FORBIDDEN, "Forbidden", f"Feature {feature}")


def unauthorized(parameter: str) -> RefusedError:
    """Wrong credentials, or a missing, unknown, revoked or expired token."""
    return _refused(401, 401, "Unauthorized", f"Parameter {parameter}")


def not_found(details: str) -> RefusedError:
    """There is no such thing."""
    return _refused(404, 404, "Not found", details)


def failed(status: int) -> RefusedError:
    """Apizee itself is in trouble."""
    return _refused(status, status, "Internal error", "")


def too_many(reset: int) -> RefusedError:
    """Over the limit of requests: may be repeated after `reset` seconds. Has a shape of its own."""
    return RefusedError(429, {"error": "Too many requests"}, {"X-RateLimit-Reset": str(reset)})
