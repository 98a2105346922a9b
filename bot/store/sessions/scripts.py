"""Lua scripts that change sessions in one step, so that nobody comes between. All keys of a call share a hash tag."""

from __future__ import annotations

from typing import Final

# KEYS: the record, the person's sessions, the open ones, the changed ones, the session's events and all sessions with
# such, any threads, the sessions of its agent where that is a colleague, the invitees, and the links. An event that
# waits for another try keeps its time, also for the new one. Of each thread the latest sessions are kept: an older one
# that changes, or is forgotten, does not hide them. Of an invitee and of a link all are kept that may still be there.
# What is planned lasts longer than others: no write shortens what a key lasts.
WRITE: Final = """
local expected, body, ttl, id = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local created, open, now, threads = ARGV[5], ARGV[6] == '1', ARGV[7], tonumber(ARGV[8])
local event, event_ttl = ARGV[9], ARGV[10]
local place, changed, lasts, agents = ARGV[11], ARGV[12], tonumber(ARGV[13]), tonumber(ARGV[14])
local function keep(key)
    if redis.call('TTL', key) < lasts then redis.call('EXPIRE', key, lasts) end
end
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= expected then return false end
redis.call('HSET', KEYS[1], 'version', expected + 1, 'body', body)
redis.call('EXPIRE', KEYS[1], lasts)
redis.call('ZADD', KEYS[2], place, id)
redis.call('ZREMRANGEBYSCORE', KEYS[2], 0, created - ttl)
keep(KEYS[2])
redis.call(open and 'ZADD' or 'ZREM', KEYS[3], unpack(open and {place, id} or {id}))
keep(KEYS[3])
redis.call('ZADD', KEYS[4], changed, id)
keep(KEYS[4])
if event ~= '' then
    redis.call('HSET', KEYS[5], expected + 1, event)
    redis.call('EXPIRE', KEYS[5], event_ttl)
    redis.call('ZADD', KEYS[6], 'NX', now, id)
    redis.call('EXPIRE', KEYS[6], event_ttl)
end
for number = 7, #KEYS do
    if number - 7 < threads then
        redis.call('ZADD', KEYS[number], created, id)
        redis.call('ZREMRANGEBYRANK', KEYS[number], 0, -21)
    elseif number - 7 < threads + agents then
        redis.call('ZADD', KEYS[number], place, id)
        redis.call('ZREMRANGEBYSCORE', KEYS[number], 0, created - ttl)
    else
        redis.call('ZADD', KEYS[number], changed, id)
        redis.call('ZREMRANGEBYSCORE', KEYS[number], '-inf', now - ttl)
    end
    keep(KEYS[number])
end
return id
"""

# KEYS: the record alone, of which nothing has changed by which it is found. Where its keys are to be renewed, once in a
# while, it writes nothing and answers 'renew'.
REWRITE: Final = """
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return false end
if redis.call('TTL', KEYS[1]) < tonumber(ARGV[3]) then return 'renew' end
redis.call('HSET', KEYS[1], 'version', ARGV[1] + 1, 'body', ARGV[2])
return 'written'
"""

# The delivery's mark, the last of KEYS, and the record are one step: a repeated delivery finds the first one's session.
RECORD_ONCE: Final = (
    """
local first = redis.call('GET', KEYS[#KEYS])
if first then return first end
redis.call('SET', KEYS[#KEYS], ARGV[4], 'EX', ARGV[15])
KEYS[#KEYS] = nil
"""
    + WRITE
)

# KEYS: the ticket or conference, and the meetings of its name where it is one. A later one claims nothing.
CLAIM: Final = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
if KEYS[2] then
    redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
    redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -21)
    redis.call('EXPIRE', KEYS[2], ARGV[2])
end
return 1
"""

# KEYS likewise: only what is this session's own is released.
LET_GO: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('UNLINK', KEYS[1]) end
for place = 2, #KEYS do redis.call('ZREM', KEYS[place], ARGV[1]) end
"""
