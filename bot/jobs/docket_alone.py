"""Imports docket without the library in which it keeps results: no job of this bot has one.

That library, and what checks its types, take an eighth of the time in which a process starts.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Final

_UNUSED: Final = {
    "key_value.aio.protocols.key_value": "AsyncKeyValue",
    "key_value.aio.stores.redis": "RedisStore",
}


def import_docket() -> None:
    """Import docket, unless it is, with empty classes in place of those that it names and nobody uses."""
    stand_ins = {name: ModuleType(name) for name in _UNUSED if name not in sys.modules}
    for name, module in stand_ins.items():
        setattr(module, _UNUSED[name], type(_UNUSED[name], (), {}))
    sys.modules.update(stand_ins)
    try:
        import docket  # noqa: F401, PLC0415  # what follows finds it imported
    finally:
        for name in stand_ins:
            del sys.modules[name]
