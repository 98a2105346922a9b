"""The key ring: what it seals can be stored and sent, and read again only with one of its keys.

What is stored in Redis is bound to the name of its key there: copied to another one, it does not open.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.log import get_logger
from bot.model.errors import CannotStart, Unreadable
from bot.store.sealing.compression import compress, decompress

log = get_logger(__name__)

KEY_FILE: Final = "encryption.key"
FIX: Final = "set ENCRYPTION_KEYS, or DATA_DIR to a folder of yours"

_NONCE_BYTES: Final = 12


class KeyRing:
    """Fernet keys, of which the first seals and all unseal, so that keys can be replaced one by one.

    https://cryptography.io/en/latest/fernet/
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """Take the keys; raises `ValueError` where there is none or one is no Fernet key."""
        self._ring = MultiFernet([Fernet(key) for key in keys])
        self._ciphers = [AESGCM(_derived(key, "records")) for key in keys]
        self._workspaces_keys = [_derived(key, "workspaces") for key in keys]
        self._fingerprint_keys = [_derived(key, "fingerprints") for key in keys]
        self.first: KeyRing = self if len(keys) == 1 else KeyRing(keys[:1])
        """The ring of the first key alone: what it does not open is to be sealed again before other keys go."""

    def of_workspace(self, team: str) -> KeyRing:
        """Return a ring of keys that are a workspace's own: what it seals does not open as another workspace's."""
        own = [_derived(key.hex(), f"workspace {team}") for key in self._workspaces_keys]
        return KeyRing([base64.urlsafe_b64encode(key).decode() for key in own])

    @classmethod
    def from_settings_or_file(cls, keys: Sequence[str], data_dir: Path) -> Self:
        """Return a ring of the given keys or, without any, of the one that was made once in `data_dir`.

        Raises `CannotStart` where that file can be neither read nor made.
        """
        return cls(keys or [_own_key(data_dir / KEY_FILE)])

    def seal_text(self, text: str) -> str:
        """Return the text, encrypted and authenticated, as ASCII that needs no quoting in URLs but for its `=`."""
        return self._ring.encrypt(text.encode()).decode("ascii")

    def open_text(self, sealed: str, *, max_age: timedelta | None = None) -> str:
        """Return the text that was sealed.

        Raises `Unreadable` where no key fits, it was altered, or it is older than `max_age`. The same bytes spelled
        otherwise in base64 count as altered: what may be used once would be good for twice.
        """
        ttl = None if max_age is None else int(max_age.total_seconds())
        spelled = sealed.encode(errors="replace")
        try:
            text = self._ring.decrypt(spelled, ttl).decode()
        except InvalidToken:
            raise Unreadable from None
        if base64.urlsafe_b64encode(base64.urlsafe_b64decode(spelled)) != spelled:
            raise Unreadable
        return text

    def seal_record(self, text: bytes, bound_to: str | None = None) -> bytes:
        """Return the text in a third of the bytes, and of the time, that `seal_text` takes: compressed, not as ASCII.

        It opens only with the same `bound_to`, the name of its key in Redis; `None` is how records were sealed before
        format 3. https://cryptography.io/en/latest/hazmat/primitives/aead/
        """
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, compress(text), _associated(bound_to))

    def open_record(self, packed: bytes, bound_to: str | None = None) -> bytes:
        """Return the text again; raises `Unreadable` where no key fits, it was altered, or is bound to another name."""
        nonce, sealed = packed[:_NONCE_BYTES], packed[_NONCE_BYTES:]
        for cipher in self._ciphers:
            with suppress(InvalidTag, ValueError):
                return decompress(cipher.decrypt(nonce, sealed, _associated(bound_to)))
        raise Unreadable

    def seal_value(self, text: str, bound_to: str) -> str:
        """Return a text that is stored under the key `bound_to`, as ASCII: to versions before, it is unreadable."""
        return base64.urlsafe_b64encode(self.seal_record(text.encode(), bound_to)).decode("ascii")

    def open_value(self, sealed: str, bound_to: str) -> str:
        """Return the text again; raises `Unreadable` as `open_record` does."""
        try:
            return self.open_record(base64.urlsafe_b64decode(sealed), bound_to).decode()
        except (binascii.Error, ValueError):
            raise Unreadable from None

    def resealed_value(self, sealed: str, bound_to: str) -> str | None:
        """Return a value sealed with the first key, `None` where it is already; raises `Unreadable`."""
        with suppress(Unreadable):
            self.first.open_value(sealed, bound_to)
            return None
        return self.seal_value(self.open_value(sealed, bound_to), bound_to)

    def fingerprint(self, text: str) -> str:
        """Return the text's fingerprint: the same for the same text as long as the first key stays.

        Tells nothing of it to anyone who lacks that key.
        """
        return self.fingerprints(text)[0]

    def fingerprints(self, text: str) -> list[str]:
        """Return the text's fingerprint by each key, the first one first: what was stored before may have another."""
        return [hmac.digest(key, text.encode(), "sha256").hex()[:32] for key in self._fingerprint_keys]


def _associated(name: str | None) -> bytes | None:
    return None if name is None else name.encode()


def _derived(key: str, purpose: str) -> bytes:
    """Return a key of its own for each purpose: https://www.rfc-editor.org/rfc/rfc5869."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(key.encode())


def _own_key(path: Path) -> str:
    """Return the key in the file, which is made where there is none."""
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_text("ascii").strip()
        Fernet(key)
    except OSError as error:
        raise CannotStart(path, trouble=f"cannot be used ({error.strerror})", fix=FIX) from error
    except ValueError:
        raise CannotStart(path, trouble="holds no Fernet key", fix=f"restore it, or {FIX}") from None
    return key


def _make_key(path: Path) -> None:
    """Write a new key in one piece, unless another process was faster: then that one's key is used."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.") as draft:  # made with mode 600
        draft.write(Fernet.generate_key())
        draft.flush()
        os.fsync(draft.fileno())
        with suppress(FileExistsError):
            os.link(draft.name, path)
    log.warning("made an encryption key; give bots on several machines the same ENCRYPTION_KEYS", path=str(path))
