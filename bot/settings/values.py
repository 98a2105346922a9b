"""What single values of settings must be like; each check refuses by `ValueError`, without a word of the value.

The sentences are those of the settings' own `description`.
"""

from __future__ import annotations

import re
import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import phonenumbers
import platformdirs
from cryptography.fernet import Fernet
from pydantic import AfterValidator, BeforeValidator, SecretStr, StringConstraints
from pydantic_core import PydanticCustomError

from bot.model.session.notes import LONGEST_OUTCOME
from bot.settings import redis_address

IN_WORDS: Final = "in_words"
"""The type of an error whose message is the rest of the sentence about its setting."""

SHORTEST_SECRET: Final = 16
"""Of those that prove who somebody is."""

_PLACEHOLDER: Final = re.compile(
    r"(xoxb-|xapp-)?(…|\.{3}|x{3,}|\*{3,}|your[-_ ].*|change[-_ ]?me|<[a-z][a-z _-]*>)", re.IGNORECASE
)
_SEVERAL_LINES: Final = "has a line break or another invisible character in it: give it in one line."
_GUESSABLE: Final = "has fewer than 16 characters, so it may be guessed: give the whole secret, of 16 or more."
_HOMELESS: Final = "must be the whole path of a folder: this user has no home of its own."
_PROXY_SCHEMES: Final = frozenset({"http", "https"})


def user_folder() -> Path:
    """Return the user's own folder for data.

    Below `~` where nobody knows whose home that is, which is refused in words.
    """
    try:
        return platformdirs.user_data_path("apizee-slack", appauthor=False)
    except RuntimeError:
        return Path("~", "apizee-slack")


def demand(holds: object) -> None:
    """Refuse a value unless this holds."""
    if not holds:
        raise ValueError


def refusal(translate: str) -> PydanticCustomError:
    """Return an error for what a setting's `description` does not explain; the text follows the setting's name."""
    return PydanticCustomError(IN_WORDS, "{words}", {"words": translate})


def is_placeholder(value: object) -> bool:
    """Return whether this stands for a value in the documentation, such as `xoxb-…` or `<your token>`."""
    return isinstance(value, str) and bool(_PLACEHOLDER.fullmatch(value.strip()))


def split(value: object) -> object:
    """Return `a, b` as a list, also over several lines; what is no text stays as it is."""
    return [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value


def phrases(value: object) -> object:
    """Return `one thing, another` as a list, also over several lines; what is no text stays as it is."""
    if not isinstance(value, str):
        return value
    found = [" ".join(part.split()) for part in re.split(r"[,\n]", value)]
    demand(len(set(found) - {""}) == len(list(filter(None, found))))  # nobody could choose between two of one name
    return [part for part in found if part]


def pairs(value: object) -> object:
    """Return `U123=login, U456=other` as a dictionary; what is no text stays as it is."""
    if not isinstance(value, str):
        return value
    found = [part.partition("=")[::2] for part in re.split(r"[,\s]+", value) if part]
    demand(len({name for name, _ in found}) == len(found))  # of two logins for one person, which is meant?
    return dict(found)


def upper(value: object) -> object:
    """Return the text in capitals."""
    return value.upper() if isinstance(value, str) else value


def lower(value: object) -> object:
    """Return the text in small letters."""
    return value.lower() if isinstance(value, str) else value


def _matching(pattern: str) -> AfterValidator:
    def check(value: str) -> str:
        demand(re.fullmatch(pattern, value))
        return value

    return AfterValidator(check)


def _in_one_line(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().isprintable():
        raise refusal(_SEVERAL_LINES)
    return value


def _without_spaces(value: SecretStr) -> SecretStr:
    """Return the value without what surrounds it; anything that could not stand in an HTTP header is refused."""
    text = value.get_secret_value().strip()
    demand(re.fullmatch(r"[!-~]+", text))
    return SecretStr(text)


def _hard_to_guess(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise refusal(_GUESSABLE)
    return value


def _beginning_with(prefix: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        demand(len(value.get_secret_value()) > len(prefix) and value.get_secret_value().startswith(prefix))
        return value

    return AfterValidator(check)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _web_address(value: str) -> str:
    """Return an address without the slash at its end; plain http only where nothing leaves this machine."""
    url = urlsplit(value)
    demand(url.hostname and url.port != 0 and not (url.query or url.fragment or url.username))
    demand(url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.hostname or "")))
    return value.rstrip("/")


def _reference_address(value: str) -> str:
    """Return an https address that has `{reference}` behind its host."""
    filled = value.replace("{reference}", "")
    url = urlsplit(filled)
    demand(filled != value and re.fullmatch(r"[!#-;=?-Z\[\]_a-z~]{1,500}", filled))  # the same within Slack's markup
    demand(url.scheme == "https" and url.hostname and url.port != 0 and not url.username)
    demand(urlsplit(value).netloc == url.netloc)
    return value


def _events_address(value: SecretStr) -> SecretStr:
    """Return the address as it is: its path or query may be a secret, as those of many receivers are."""
    text = value.get_secret_value().strip()
    url = urlsplit(text)
    demand(re.fullmatch(r"[!-~]+", text) and url.hostname and url.port != 0 and not (url.fragment or url.username))
    demand(url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.hostname or "")))
    return SecretStr(text)


def _proxy_address(value: SecretStr) -> SecretStr:
    """Return the address with its scheme, which many leave out."""
    text = value.get_secret_value().strip()
    url = urlsplit(text if "://" in text else f"http://{text}")
    demand(url.scheme in _PROXY_SCHEMES and re.fullmatch(r"[\w.:-]+", url.hostname or "") and url.port != 0)
    demand(url.path in {"", "/"} and not (url.query or url.fragment))
    return SecretStr(url.geturl())


def _redis_address(value: SecretStr) -> SecretStr:
    text = value.get_secret_value().strip()
    try:
        redis_address.check(text)
    except redis_address.Unusable as error:
        raise (refusal(error.translate) if error.translate else ValueError) from None
    return SecretStr(text)


def _certificates(path: Path) -> Path:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError:  # ssl's own errors are such
        raise ValueError from None
    return path


def _folder(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError:  # `~` where nobody knows whose home that is
        raise refusal(_HOMELESS) from None
    except OSError:  # the folder in which we run is gone
        raise ValueError from None


def _region(value: str) -> str:
    demand(value.upper() in phonenumbers.SUPPORTED_REGIONS)
    return value.upper()


def _fernet_key(value: SecretStr) -> SecretStr:
    Fernet(value.get_secret_value())  # raises ValueError where it is none
    return value


def _command(value: str) -> str:
    demand(re.fullmatch(r"/[\w-]{1,31}", value) and value == value.lower())
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True)]

Password = Annotated[SecretStr, AfterValidator(_in_one_line)]
"""As it stands, with the spaces at its ends, which may be meant."""

Secret = Annotated[SecretStr, AfterValidator(_in_one_line), AfterValidator(_without_spaces)]
SharedSecret = Annotated[Secret, AfterValidator(_hard_to_guess)]
"""What proves who asks: known to this bot and to one other side."""

SharedPassword = Annotated[Password, AfterValidator(_hard_to_guess)]
"""The same with the spaces at its ends."""

BotToken = Annotated[Secret, _beginning_with("xoxb-")]
AppToken = Annotated[Secret, _beginning_with("xapp-")]
FernetKey = Annotated[SecretStr, AfterValidator(_fernet_key)]
WebAddress = Annotated[Text, AfterValidator(_web_address)]
EventsAddress = Annotated[SecretStr, AfterValidator(_in_one_line), AfterValidator(_events_address)]
ReferenceAddress = Annotated[Text, AfterValidator(_reference_address)]
ProxyAddress = Annotated[SecretStr, AfterValidator(_proxy_address)]
RedisAddress = Annotated[SecretStr, AfterValidator(_in_one_line), AfterValidator(_redis_address)]
Command = Annotated[Text, AfterValidator(_command)]
Region = Annotated[Text, AfterValidator(_region)]
SlackWorkspace = Annotated[Text, _matching(r"[TE][A-Z0-9]{2,}|\*")]
SlackUser = Annotated[Text, _matching(r"[UW][A-Z0-9]{2,}")]
SlackGroup = Annotated[Text, _matching(r"S[A-Z0-9]{2,}")]
SlackChannel = Annotated[Text, _matching(r"[CG][A-Z0-9]{2,}")]
Login = Annotated[Text, _matching(r"[!-~]{1,255}")]
Outcome = Annotated[Text, _matching(rf"\S.{{0,{LONGEST_OUTCOME - 1}}}")]
HeaderName = Annotated[Text, _matching(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")]
Certificates = Annotated[Path, AfterValidator(_folder), AfterValidator(_certificates)]
Folder = Annotated[Path, AfterValidator(_folder)]
Listed = BeforeValidator(split)
Phrases = BeforeValidator(phrases)
Paired = BeforeValidator(pairs)
Capitals = BeforeValidator(upper)
SmallLetters = BeforeValidator(lower)
