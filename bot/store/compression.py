"""Records of sessions in few bytes: they have most of their words in common."""

from __future__ import annotations

import zlib
from typing import Final

_DICTIONARY: Final = (
    b'"problem":"refused","refusal":"dial_in_code""dial_in""meeting_short""meeting":"moderated":true,"name":"'
    b'"colleagues":["U"],"knowingly":true,"closed_silently":true,"call_id":"R","delivery":{"done":[,"links_only":true'
    b'"state":"failed""cancelled""declined""expired""in progress""invited""done","journey":[{"step":"link opened"'
    b',"at":1},{"step":"consented","at":1},{"step":"camera allowed","at":1},{"step":"connected","at":1},{"step":"left"'
    b'"outcome":{"photos":,"videos":,"participants":,"trouble_since":1"nudged":true,"end_told":true"seen_at":1'
    b'"started_at":"20"ended_at":"20"locale":"fr-FR","timezone":"Europe/Paris","'
    b'{"id":","kind":"meeting","kind":"assistance","asker":{"user":"U","place":{"team":"T","channel":"C","thread_ts":"1'
    b'"},"response_url":"https://hooks.slack.com/commands/T"},"created_at":1,"state":"invited","contacts":[{"value":"+33'
    b'"}],"reference":"slack:T:C:1","agent":"@.com","card":{"channel":"C","ts":"1"},"remote_id":,"links":{"agent":'
    b'"https://cloud.apizee.com/private/tickets/","customer":"https://apz.fr/"},"progress":{"card_begun":1'
    b',"invitation_begun":1,"links_told":true},"version":'
)
"""What compression begins with, the most usual last. It stays as it is, whatever becomes of sessions: without it, what
was written with it could not be read.
"""

_FAST: Final = 1
# Small tables: they are cleared for each record, which has some hundred bytes.
_WINDOW_BITS: Final = 12
_MEMORY_LEVEL: Final = 5


def compress(text: bytes) -> bytes:
    """The text in fewer bytes, in the format of https://www.rfc-editor.org/rfc/rfc1950."""
    squeezing = zlib.compressobj(_FAST, wbits=_WINDOW_BITS, memLevel=_MEMORY_LEVEL, zdict=_DICTIONARY)
    return squeezing.compress(text) + squeezing.flush()


def decompress(squeezed_text: bytes) -> bytes:
    """The text again."""
    return zlib.decompressobj(zdict=_DICTIONARY).decompress(squeezed_text)
