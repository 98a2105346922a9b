"""Sign-in tokens of agents: JSON Web Tokens (RFC 7519, HS256) that die after 300 seconds."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from sandbox.apizee.model import Agent

SIGN_IN_LASTS = timedelta(seconds=300)
_KEY = b"opens nothing but the sandbox"


def sign_in_token(agent: Agent, now: datetime) -> str:
    """Return a token that signs this agent in until 300 seconds from now."""
    issued = int(now.timestamp())
    claims = {"iss": "sandbox", "iat": issued, "sub": f"user:{agent.login}", "sso": True}
    claims["exp"] = issued + int(SIGN_IN_LASTS.total_seconds())
    signed = f"{_encode({'typ': 'JWT', 'alg': 'HS256'})}.{_encode(claims)}"
    return f"{signed}.{_signature(signed)}"


def signed_in_login(token: str, now: datetime) -> str | None:
    """Return the agent's login, or `None` where the token is forged or dead."""
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature, _signature(signed)):
        return None
    claims = json.loads(urlsafe_b64decode(signed.partition(".")[2] + "=="))
    return str(claims["sub"]).removeprefix("user:") if now.timestamp() < claims["exp"] else None


def _encode(part: dict[str, object]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _signature(signed: str) -> str:
    return urlsafe_b64encode(hmac.digest(_KEY, signed.encode(), "sha256")).rstrip(b"=").decode()
