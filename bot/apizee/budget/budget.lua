-- Turns at Apizee. All times are microseconds of the server's clock, so that all processes mean the same.
--
--   used     sorted set: a request → when it went out
--   waiting  sorted set: a claim → when its turn comes; one that nobody has taken yet counts as used from then on
--   order    hash: a claim → its lane, whose it is, its round and when it came; and what is known of the lanes
--   blocked  until when no turn is given
--   clock    when this was last asked: later than now, where the clock was set back since
--
-- Two turns that lie `limit` places apart lie at least `window` apart: so no window holds more than `limit`.
--
-- Who goes first: in a lane, each person's claims are numbered in rounds that begin where the lane has come to, and a
-- round's claims go before those of the next one. So one person's tenth claim waits behind another one's first, and
-- before anybody's nth claim stand at most n of each other person. The lanes take turns; the lane `first` does not wait
-- for them. No claim is served before the time that was named to its owner, for nobody would come to take it.
--
-- https://en.wikipedia.org/wiki/Fair_queuing

local used, waiting, blocked_key, clock_key, order_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local command, limit, window = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local FIRST = 'first'
local OTHER_LANE = {invite = 'ask', ask = 'invite'}

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local blocked = tonumber(redis.call('GET', blocked_key) or 0)

-- Lua writes large numbers as 1.7e+15; Redis must get every digit.
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
  local past = digits(now - window)
  redis.call('ZREMRANGEBYSCORE', used, '-inf', past)
  for _, claim in ipairs(redis.call('ZRANGEBYSCORE', waiting, '-inf', past)) do
    redis.call('ZREM', waiting, claim)
    redis.call('HDEL', order_key, 'claim:' .. claim)
  end
end

-- Nothing outlives the last turn by more than its window.
local function keep(last)
  local lifetime = math.ceil((math.max(last, blocked, now) - now + 2 * window) / 1000)
  for _, key in ipairs({used, waiting, blocked_key, clock_key, order_key}) do
    redis.call('PEXPIRE', key, lifetime)
  end
end

-- The round up to which a lane has been served.
local function round_of(lane)
  return tonumber(redis.call('HGET', order_key, 'round:' .. lane) or 0)
end

-- A claim's place, as it is recorded; a version that knew no lanes recorded none.
local function place_of(written)
  local lane, round, number, person = string.match(written or '', '^(%a+) (%d+) (%d+) (.*)$')
  return lane or 'invite', tonumber(round or 0), tonumber(number or 0), person or ''
end

local function write_place(turn, number)
  local place = string.format('%s %d %d %s', turn.lane, turn.round, number, turn.person)
  redis.call('HSET', order_key, 'claim:' .. turn.name, place)
end

-- The claim of somebody who has none yet, behind the others of the same person.
local function newcomer(name, lane, person, turns)
  local round = round_of(lane)
  for _, turn in ipairs(turns) do
    if turn.lane == lane and turn.person == person then
      round = math.max(round, turn.round)
    end
  end
  return {name = name, lane = lane, person = person, round = round + 1, number = math.huge, at = 0, is_new = true}
end

local function comes_before(one, other)
  if one.round ~= other.round then
    return one.round < other.round
  end
  if one.number ~= other.number then
    return one.number < other.number
  end
  return one.at < other.at
end

-- Those to come in the order in which they are to be served.
local function in_order(to_come)
  local lanes, ordered = {first = {}, invite = {}, ask = {}}, {}
  for _, turn in ipairs(to_come) do
    local lane = lanes[turn.lane] or lanes.invite
    lane[#lane + 1] = turn
  end
  for _, lane in pairs(lanes) do
    table.sort(lane, comes_before)
  end
  for _, turn in ipairs(lanes.first) do
    ordered[#ordered + 1] = turn
  end
  local lane, places = OTHER_LANE[redis.call('HGET', order_key, 'lane') or 'ask'], {invite = 1, ask = 1}
  while lanes.invite[places.invite] or lanes.ask[places.ask] do
    local turn = lanes[lane][places[lane]]
    if turn then
      ordered[#ordered + 1] = turn
      places[lane] = places[lane] + 1
    end
    lane = OTHER_LANE[lane]
  end
  return ordered
end

-- Who is served at a moment, of those from a place on: the first to whom no later moment was named, else the one with
-- the earliest.
local function next_at(moment, ordered, from)
  local earliest = from
  for place = from, #ordered do
    if ordered[place].at <= moment then
      return place
    end
    if ordered[place].at < ordered[earliest].at then
      earliest = place
    end
  end
  return earliest
end

-- Give each turn to come its time, in `plan`; those that have come and are not taken yet count as used.
local function lay_out(turns)
  local times, to_come = {}, {}
  for _, turn in ipairs(turns_of(used)) do
    times[#times + 1] = turn.at
  end
  for _, turn in ipairs(turns) do
    if turn.is_new or math.max(turn.at, blocked) > now then
      to_come[#to_come + 1] = turn
    else
      times[#times + 1] = turn.at
    end
  end
  table.sort(times)
  local ordered, last = in_order(to_come), math.max(now, blocked)
  for from = 1, #ordered do
    local before = times[#times - limit + 1]
    local moment = math.max(last, before and before + window or 0)
    local place = next_at(moment, ordered, from)
    local turn = ordered[place]
    if place > from then
      table.insert(ordered, from, table.remove(ordered, place))
    end
    turn.plan = math.max(moment, turn.at)
    last = turn.plan
    times[#times + 1] = last
  end
  return last
end

local function all_waiting()
  local turns, listed, written = turns_of(waiting), redis.call('HGETALL', order_key), {}
  for i = 1, #listed, 2 do
    written[listed[i]] = listed[i + 1]
  end
  for _, turn in ipairs(turns) do
    turn.lane, turn.round, turn.number, turn.person = place_of(written['claim:' .. turn.name])
  end
  return turns
end

local function write_down(turns)
  local changed = {}
  for _, turn in ipairs(turns) do
    if turn.plan and turn.plan ~= turn.at and not turn.is_new then
      changed[#changed + 1] = digits(turn.plan)
      changed[#changed + 1] = turn.name
    end
  end
  for first = 1, #changed, 1000 do
    redis.call('ZADD', waiting, unpack(changed, first, math.min(first + 999, #changed)))
  end
end

-- Somebody came late, or turns were blocked: those still to come move back as far as they must.
local function push_back()
  if nobody_waits() then
    return keep(now)
  end
  local turns = all_waiting()
  local last = lay_out(turns)
  write_down(turns)
  keep(last)
end

local function take(claim, request)
  if redis.call('ZREM', waiting, claim) == 1 then
    local lane, round = place_of(redis.call('HGET', order_key, 'claim:' .. claim))
    redis.call('HDEL', order_key, 'claim:' .. claim)
    redis.call('HSET', order_key, 'round:' .. lane, math.max(round, round_of(lane)))
    if lane ~= FIRST then
      redis.call('HSET', order_key, 'lane', lane)
    end
  end
  redis.call('ZADD', used, digits(now), request)
  push_back()
  return 0
end

-- When a turn behind all others would come, if at most `allowed` may lie in a window.
local function behind_all(allowed)
  if nobody_waits() then
    local before = redis.call('ZRANGE', used, -allowed, -allowed, 'WITHSCORES')[2]
    return math.max(now, blocked, before and tonumber(before) + window or 0)
  end
  local times, last = {}, 0
  for _, key in ipairs({used, waiting}) do
    for _, turn in ipairs(turns_of(key)) do
      times[#times + 1] = turn.at
      last = key == waiting and turn.at or last
    end
  end
  table.sort(times)
  local before = times[#times - allowed + 1]
  return math.max(now, blocked, last, before and before + window or 0)
end

local function wait_in(lane, person, claim, ahead)
  local turns = all_waiting()
  local turn = newcomer(claim, lane, person, turns)
  turns[#turns + 1] = turn
  local last = lay_out(turns)
  if turn.plan > now and turn.plan - now <= ahead then
    write_place(turn, redis.call('HINCRBY', order_key, 'claims', 1))
    redis.call('ZADD', waiting, digits(turn.plan), claim)
    write_down(turns)
    keep(last)
  end
  return turn.plan
end

-- When somebody's turn comes who has none yet; it is kept where that is soon enough. Background work waits behind all.
local function time_for(claim, allowed, ahead, lane, person)
  if ahead > 0 and not nobody_waits() then
    return wait_in(lane, person, claim, ahead)
  end
  local at = behind_all(allowed)
  return (at <= now or ahead == 0) and at or wait_in(lane, person, claim, ahead)
end

local function reserve(claim, allowed, ahead, request, lane, person)
  if redis.call('ZSCORE', used, request) then
    return 0 -- the connection broke before the answer: the same call once more
  end
  local kept = redis.call('ZSCORE', waiting, claim)
  local at = kept and tonumber(kept) or time_for(claim, allowed, ahead, lane, person)
  if at <= now then
    return take(claim, request)
  end
  return at - now
end

local function block(duration)
  blocked = math.max(blocked, now + duration)
  redis.call('SET', blocked_key, digits(blocked))
  push_back()
  return 0
end

-- A person's next request is that of somebody for whom nothing waits yet.
local function look()
  local late = redis.call('ZCOUNT', waiting, '-inf', digits(now))
  local spent = redis.call('ZCARD', used) + late
  local at = nobody_waits() and behind_all(limit) or wait_in('invite', '', '', 0)
  return {spent, redis.call('ZCARD', waiting) - late, math.max(0, at - now)}
end

follow_the_clock()
forget_the_past()
if command == 'reserve' then
  return reserve(ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], ARGV[8], ARGV[9])
elseif command == 'block' then
  return block(tonumber(ARGV[4]))
end
return look()
