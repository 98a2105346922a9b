"""Lua scripts that change sessions in one step, so that nobody comes between. All keys of a call share a hash tag."""

from __future__ import annotations

from typing import Final

# KEYS: the record, the person's sessions, the open ones, the changed ones, the session's events and all sessions with
# such, the sessions of its agent where that is a colleague, and the parts of the index with its names, whose entries
# are the last of ARGV. An event that waits for another try keeps its time, also for the new one. Of a part of the index
# all is kept that may still be there. What is planned lasts longer than others: no write shortens what a key lasts.
WRITE: Final = """
local expected, body, ttl, id = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local created, open, now, agents = ARGV[5], ARGV[6] == '1', ARGV[7], tonumber(ARGV[8])
local event, event_ttl = ARGV[9], ARGV[10]
local place, changed, lasts = ARGV[11], ARGV[12], tonumber(ARGV[13])
local function keep(key)
    if redis.call('TTL', key) < lasts then redis.call('EXPIRE', key, lasts) end
end
local function add(key, score, entry, from, to)
    if redis.call('ZADD', key, score, entry) == 1 then redis.call('ZREMRANGEBYSCORE', key, from, to) end
    keep(key)
end
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= expected then return false end
redis.call('HSET', KEYS[1], 'version', expected + 1, 'body', body)
redis.call('EXPIRE', KEYS[1], lasts)
add(KEYS[2], place, id, 0, created - ttl)
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
for number = 7, 6 + agents do
    add(KEYS[number], place, id, 0, created - ttl)
end
local milliseconds, oldest = string.format('%.0f', changed * 1000), string.format('%.0f', (now - ttl) * 1000)
for number = 7 + agents, #KEYS do
    add(KEYS[number], milliseconds, ARGV[7 - agents + number], '-inf', oldest)
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

# The delivery's mark and how long it is kept, the last of KEYS and of ARGV, and the record are one step: a repeated
# delivery finds the first one's session.
RECORD_ONCE: Final = (
    """
local first = redis.call('GET', KEYS[#KEYS])
if first then return first end
redis.call('SET', KEYS[#KEYS], ARGV[4], 'EX', ARGV[#ARGV])
KEYS[#KEYS] = nil
"""
    + WRITE
)

# KEYS: the owners of some tickets or conferences, what held this one's before they shared a key, and the meetings of
# its name where it is one. ARGV: the session, how long that is kept, when it was started, the ticket's or conference's
# field, and how long a process of a version before 0.2 may look for it. A later one claims nothing.
CLAIM: Final = """
local owner = redis.call('HGET', KEYS[1], ARGV[4]) or redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], ARGV[4], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[5])
if KEYS[3] then
    redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
    redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -21)
    redis.call('EXPIRE', KEYS[3], ARGV[2])
end
return 1
"""

# Before both scripts' keys and arguments: how many of each are the claim's. What another session owns is not written; a
# record that another process has changed keeps its claim, as if both had been asked for one by one.
CLAIM_AND_WRITE: Final = f"""
local function claim(KEYS, ARGV)
{CLAIM}
end
local function write(KEYS, ARGV)
{WRITE}
end
local keys, arguments = tonumber(ARGV[1]), tonumber(ARGV[2])
if claim({{unpack(KEYS, 1, keys)}}, {{unpack(ARGV, 3, 2 + arguments)}}) == 0 then return 'taken' end
return write({{unpack(KEYS, keys + 1)}}, {{unpack(ARGV, 3 + arguments)}})
"""

# KEYS as for the claim; ARGV: the session and the field. Only what is this session's own is released.
LET_GO: Final = """
if redis.call('HGET', KEYS[1], ARGV[2]) == ARGV[1] then redis.call('HDEL', KEYS[1], ARGV[2]) end
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('UNLINK', KEYS[2]) end
for place = 3, #KEYS do redis.call('ZREM', KEYS[place], ARGV[1]) end
"""
