"""Compresses records of sessions: they have most of their text in common, and a zlib dictionary holds it.

https://www.rfc-editor.org/rfc/rfc1950
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final

# The most usual last. A dictionary stays as it is, whatever becomes of sessions: without it, what was written with it
# could not be read.
_FORMER_DICTIONARY: Final = (
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
_DICTIONARY: Final = (
    b'"failure":{"problem":"unreachable""uncertain""refused","refusal":"","wait_sent":true,"stale_sent":true'
    b'"colleagues":["U","name":"","moderated":true"duplicate_confirmed":true"closed_without_notice":true,"call_id":"R'
    b'"links":{"meeting":"https://cloud.apizee.com/","meeting_short":"https://","dial_in":"+33","dial_in_code":"'
    b'"state":"failed""cancelled""declined""expired""in progress"},"location":{"latitude":48.,"longitude":2.'
    b'}},"timeline":[{"step":"link opened","at":1},{"step":"consented","at":1},{"step":"camera allowed","at":1}'
    b',{"step":"connected","at":1},{"step":"left","at":1}],"outcome":{"photos":,"videos":,"participants":}'
    b',"media_progress":{"outgoing":{"media":[],"started":1,"files":[{"id":"F","title":""sent":["links_only":true,"tries"'
    b'"trouble_since":1,"reminded":true,"location_sent":true,"seen_at":1'
    b'"thread_ts":"1"'
    b'"}]},"version":"agent":"@.com"},"locale":"fr-FR"'
    b'{"id":","kind":"meeting","kind":"assistance","requester":{"user":"U","conversation":{"team":"T","channel":"C"}'
    b',"response_url":"https://hooks.slack.com/commands/T"},"created_at":1,"invitation":{"contacts":[{"value":"+33'
    b'"}],"reference":"slack:T:C:1","agent":"@.com"},"state":"done","state":"invited","locale":"fr-FR"'
    b',"timezone":"Europe/Paris","card":{"channel":"C","ts":"1"},"remote":{"id":,"links":{"agent":'
    b'"https://cloud.apizee.com/entrypoint/2/tickets/","customer":"https://diag.apizee.com?convId=&pwd="}'
    b',"started_at":"2026-Z","ended_at":"2026-Z"}},"progress":{'
    b'"card_begun":1,"invitation_begun":1,"links_sent":true,"end_sent":true},"version":'
)
# A compressed text names its dictionary by this checksum.
_DICTIONARIES: Final[Mapping[int, bytes]] = {zlib.adler32(one): one for one in (_FORMER_DICTIONARY, _DICTIONARY)}
_CHECKSUM: Final = slice(2, 6)

_LEVEL: Final = 6  # a record of some hundred bytes takes no longer than with 1, and a twelfth less room
# Small tables: they are copied for each record.
_WINDOW_BITS: Final = 11
_MEMORY_LEVEL: Final = 4


# One that has read the dictionary: to copy it takes less than to read that for each record.
_READY: Final = zlib.compressobj(_LEVEL, wbits=_WINDOW_BITS, memLevel=_MEMORY_LEVEL, zdict=_DICTIONARY)


def compress(text: bytes) -> bytes:
    """Return the text in fewer bytes."""
    compressing = _READY.copy()
    return compressing.compress(text) + compressing.flush()


def decompress(compressed: bytes) -> bytes:
    """Return the original text; raises `ValueError` where it was compressed with a dictionary that is not known."""
    dictionary = _DICTIONARIES.get(int.from_bytes(compressed[_CHECKSUM], "big"))
    if dictionary is None:
        raise ValueError(compressed[_CHECKSUM])
    return zlib.decompressobj(zdict=dictionary).decompress(compressed)
