-- Turns at Apizee. All times are microseconds of the server's clock, so that all processes mean the same.
--
--   used     sorted set: a request → when it went out
--   waiting  sorted set: a claim → when its turn comes; one that nobody has taken yet counts as used from then on
--   blocked  until when no turn is given
--   clock    when this was last asked: later than now, where the clock was set back since
--
-- Two turns that lie `limit` places apart lie at least `window` apart: so no window holds more than `limit`.

local used, waiting, blocked_key, clock_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local command, limit, window = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local blocked = tonumber(redis.call('GET', blocked_key) or 0)

-- Lua writes large numbers as 1.7e+15; Redis shall have every digit.
local function digits(number)
  return string.format('%.0f', number)
end

local function turns_of(key)
  local listed, turns = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES'), {}
  for i = 1, #listed, 2 do
    turns[#turns + 1] = {name = listed[i], at = tonumber(listed[i + 1])}
  end
  return turns
end

-- Where the clock was set back, all times are: else nobody would get a turn until it has caught up.
local function follow_the_clock()
  local set_back = tonumber(redis.call('GET', clock_key) or 0) - now
  if set_back > 1000000 then
    for _, key in ipairs({used, waiting}) do
      for _, turn in ipairs(turns_of(key)) do
        redis.call('ZADD', key, digits(turn.at - set_back), turn.name)
      end
    end
    blocked = math.max(0, blocked - set_back)
    redis.call('SET', blocked_key, digits(blocked), 'KEEPTTL')
  end
  redis.call('SET', clock_key, digits(now), 'PX', math.ceil(4 * window / 1000))
end

-- So it is nearly always; then the turns that were used need not all be looked at.
local function nobody_waits()
  return redis.call('ZCARD', waiting) == 0
end

local function forget_the_past()
  for _, key in ipairs({used, waiting}) do
    redis.call('ZREMRANGEBYSCORE', key, '-inf', digits(now - window))
  end
end

-- Nothing outlives the last turn by more than its window.
local function keep(last)
  local lifetime = math.ceil((math.max(last, blocked, now) - now + 2 * window) / 1000)
  for _, key in ipairs({used, waiting, blocked_key, clock_key}) do
    redis.call('PEXPIRE', key, lifetime)
  end
end

-- The times of all turns in order, and when the last one that is waited for comes.
local function schedule()
  local times, last = {}, 0
  for _, turn in ipairs(turns_of(used)) do
    times[#times + 1] = turn.at
  end
  for _, turn in ipairs(turns_of(waiting)) do
    times[#times + 1] = turn.at
    last = turn.at
  end
  table.sort(times)
  return times, last
end

-- When a turn behind all others would come, if at most `allowed` may lie in a window.
local function next_turn(allowed)
  if nobody_waits() then
    local before = redis.call('ZRANGE', used, -allowed, -allowed, 'WITHSCORES')[2]
    return math.max(now, blocked, before and tonumber(before) + window or 0)
  end
  local times, last = schedule()
  local before = times[#times - allowed + 1]
  return math.max(now, blocked, last, before and before + window or 0)
end

-- Somebody came late, or the door was shut: turns still to come move back as far as they must, in their order.
local function push_back()
  if nobody_waits() then
    return keep(now)
  end
  local times, to_come = {}, {}
  for _, turn in ipairs(turns_of(used)) do
    times[#times + 1] = turn.at
  end
  for _, turn in ipairs(turns_of(waiting)) do
    if math.max(turn.at, blocked) > now then
      to_come[#to_come + 1] = turn
    else
      times[#times + 1] = turn.at
    end
  end
  table.sort(times)
  for _, turn in ipairs(to_come) do
    local before = times[#times - limit + 1]
    local at = math.max(turn.at, blocked, before and before + window or 0)
    times[#times + 1] = at
    redis.call('ZADD', waiting, digits(at), turn.name)
  end
  keep(times[#times] or now)
end

local function take(claim, request)
  redis.call('ZREM', waiting, claim)
  redis.call('ZADD', used, digits(now), request)
  push_back()
  return 0
end

local function reserve(claim, allowed, ahead, request)
  if redis.call('ZSCORE', used, request) then
    return 0 -- the connection broke before the answer: the same call once more
  end
  local kept = redis.call('ZSCORE', waiting, claim)
  local at = kept and tonumber(kept) or next_turn(allowed)
  if at <= now then
    return take(claim, request)
  end
  if not kept and at - now <= ahead then
    redis.call('ZADD', waiting, digits(at), claim)
    keep(at)
  end
  return at - now
end

local function block(duration)
  blocked = math.max(blocked, now + duration)
  redis.call('SET', blocked_key, digits(blocked))
  push_back()
  return 0
end

local function look()
  local late = redis.call('ZCOUNT', waiting, '-inf', digits(now))
  local spent = redis.call('ZCARD', used) + late
  return {spent, redis.call('ZCARD', waiting) - late, next_turn(limit) - now}
end

follow_the_clock()
forget_the_past()
if command == 'reserve' then
  return reserve(ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7])
elseif command == 'block' then
  return block(tonumber(ARGV[4]))
end
return look()
