"""Runs two Lua scripts in one step: what the first one writes is never there without what the second one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

Argument: TypeAlias = bytes | str | int | float

# Behind the keys and arguments of the first script stand those of the second one, then the answer of the first one to
# which the second one belongs, and how many keys and arguments the second one has. A script's own KEYS and ARGV are
# local to it.
_BOTH: Final = """
local function first(KEYS, ARGV)
{first}
end
local function second(KEYS, ARGV)
{second}
end
local function split(all, place)
    local before, behind = {{}}, {{}}
    for at, one in ipairs(all) do table.insert(at <= place and before or behind, one) end
    return before, behind
end
local arguments, how = split(ARGV, #ARGV - 3)
local first_keys, second_keys = split(KEYS, #KEYS - how[2])
local first_arguments, second_arguments = split(arguments, #arguments - how[3])
local answer = first(first_keys, first_arguments)
if answer == how[1] then second(second_keys, second_arguments) end
return answer
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A script, with its keys and arguments, that is to be run behind another one in the same step."""

    lua: str
    keys: Sequence[str]
    arguments: Sequence[Argument]


class Script:
    """A script that may have a second one behind it."""

    def __init__(self, redis: Redis, lua: str) -> None:
        self._redis = redis
        self._lua = lua
        self._alone = redis.register_script(lua)
        self._both: dict[str, AsyncScript] = {}

    async def __call__(
        self, keys: Sequence[str], arguments: Sequence[Argument], *, answer: str, then: Step | None
    ) -> Any:  # noqa: ANN401  # whatever a script returns
        """Run the script, and `then` behind it where it returns `answer`; returns what it returns.

        Raises what redis-py raises.
        """
        if then is None:
            return await self._alone(keys=keys, args=arguments)
        both = self._both.get(then.lua) or self._registered(then.lua)
        how: list[Argument] = [answer, len(then.keys), len(then.arguments)]
        return await both(keys=[*keys, *then.keys], args=[*arguments, *then.arguments, *how])

    def _registered(self, second: str) -> AsyncScript:
        self._both[second] = self._redis.register_script(_BOTH.format(first=self._lua, second=second))
        return self._both[second]
