-- Applies one submission once, to all of its boards or to none: nothing is written before the last check.
--
-- KEYS  1 boards     hash: name of a board -> its description
--       2 receipts   set: submissions that are known to have been counted
--       3 banned     set: players
--       4 forgotten  unix ms until when results are of before; may be missing
--       and for each board
--       1 board      sorted set: player -> packed score (layout: packed.go)
--       2 notes      hash: player -> note (layout: entry.go)
--       3 periods    sorted set: period -> until
--       4 regions    set
-- ARGV  1 player   2 receipt, "" for none   3 its life in seconds   4 at, unix ms   5 now, unix s
--       6 name   7 region   8 match   9 proof
--       and for each board
--       1 its name   2 its description   3 period   4 until when it is kept, unix s, "inf" for ever   5 merit
--       6 ticks left   7 2^bits   8 limit   9 operator   10 entries kept, 0 for all
--       11 what keys of its regions begin with, "" if it ranks none
--
-- Answers {1} applied, {0} counted before, or not to be counted; {-1, n} the sum on the nth board is out of range,
-- {-2, n} the nth board is kept under another description.
--
-- Packed scores take all 53 bits that a Lua number is exact to: they are formatted with %.0f, because tostring
-- and .. round to 14 digits; never ZINCRBY, which sticks at 2^53; and a sum is checked before it is made.
local player = ARGV[1]
local fields, keys = 11, 4
local boards = (#ARGV - 9) / fields

local function split(note)
  local parts = {'', '', '', '', ''}
  local n = 1
  for line in string.gmatch(note .. '\n', '(.-)\n') do
    parts[n] = line
    n = n + 1
  end
  return parts
end

local function decide(n)
  local k, a = 4 + (n - 1) * keys, 9 + (n - 1) * fields
  local merit, left = tonumber(ARGV[a + 5]), tonumber(ARGV[a + 6])
  local span, limit, operator = tonumber(ARGV[a + 7]), tonumber(ARGV[a + 8]), ARGV[a + 9]
  local score = redis.call('ZSCORE', KEYS[k + 1], player)
  local fresh = {span == 1 and ARGV[4] or '', ARGV[6], ARGV[7], ARGV[8], ARGV[9]}
  local packed = merit * span + left
  if not score then
    return packed, fresh
  end
  local held = tonumber(score)
  local old = split(redis.call('HGET', KEYS[k + 2], player) or '')
  if operator == 'set' then
    return packed, fresh, held, old[3]
  end
  local was = old[3]
  for i = 2, 3 do
    if fresh[i] == '' then
      fresh[i] = old[i]
    end
    old[i] = fresh[i]
  end
  local held_merit = math.floor(held / span)
  local held_left = held - held_merit * span
  local takes = packed > held
  if operator == 'latest' and span > 1 then
    takes = left <= held_left
  elseif operator == 'latest' then
    takes = tonumber(fresh[1]) >= tonumber(old[1])
  elseif operator == 'sum' and merit == 0 then
    takes = false
  elseif operator == 'sum' then
    if (merit > 0 and held_merit > limit - merit) or (merit < 0 and held_merit < -limit - merit) then
      return nil
    end
    packed = (held_merit + merit) * span + math.min(held_left, left)
    if span == 1 and tonumber(old[1]) > tonumber(fresh[1]) then
      fresh[1] = old[1]
    end
    takes = true
  end
  if not takes then
    return held, old, held, was
  end
  return packed, fresh, held, was
end

local function drop(k, prefix, victim)
  local note = redis.call('HGET', KEYS[k + 2], victim)
  local region = note and split(note)[3] or ''
  if prefix ~= '' and region ~= '' then
    redis.call('ZREM', prefix .. region, victim)
  end
  redis.call('HDEL', KEYS[k + 2], victim)
  redis.call('ZREM', KEYS[k + 1], victim)
end

local function expire(key, till)
  if till ~= 'inf' then
    redis.call('EXPIREAT', key, till)
  end
end

local function write(n, packed, note, held, was)
  local k, a = 4 + (n - 1) * keys, 9 + (n - 1) * fields
  local period, till, kept, prefix = ARGV[a + 3], ARGV[a + 4], tonumber(ARGV[a + 10]), ARGV[a + 11]
  local text = string.format('%.0f', packed)
  local begun = redis.call('EXISTS', KEYS[k + 1]) == 1
  if packed ~= held then
    redis.call('ZADD', KEYS[k + 1], text, player)
  end
  local joined = string.gsub(table.concat(note, '\n'), '\n+$', '')
  if joined ~= '' then
    local noted = redis.call('EXISTS', KEYS[k + 2]) == 1
    redis.call('HSET', KEYS[k + 2], player, joined)
    if not noted then
      expire(KEYS[k + 2], till)
    end
  else
    redis.call('HDEL', KEYS[k + 2], player)
  end
  if not begun then
    redis.call('ZREMRANGEBYSCORE', KEYS[k + 3], '-inf', ARGV[5])
    redis.call('ZADD', KEYS[k + 3], till, period)
    expire(KEYS[k + 1], till)
  end
  local region = note[3]
  if prefix ~= '' and was and was ~= '' and was ~= region then
    redis.call('ZREM', prefix .. was, player)
  end
  if prefix ~= '' and region ~= '' then
    local key = prefix .. region
    redis.call('ZADD', key, text, player)
    redis.call('SADD', KEYS[k + 4], region)
    expire(key, till)
    expire(KEYS[k + 4], till)
  end
  local over = kept > 0 and redis.call('ZCARD', KEYS[k + 1]) - kept or 0
  if over > 0 then
    for _, victim in ipairs(redis.call('ZRANGE', KEYS[k + 1], 0, over - 1)) do
      drop(k, prefix, victim)
    end
  end
end

for n = 1, boards do
  local a = 9 + (n - 1) * fields
  if redis.call('HGET', KEYS[1], ARGV[a + 1]) ~= ARGV[a + 2] then
    return {-2, n}
  end
end
if ARGV[2] ~= '' and redis.call('SISMEMBER', KEYS[2], ARGV[2]) == 1 then
  return {0}
end
if redis.call('SISMEMBER', KEYS[3], player) == 1 or tonumber(ARGV[4]) < tonumber(redis.call('GET', KEYS[4]) or '-inf') then
  return {0}
end
local decided = {}
for n = 1, boards do
  local packed, note, held, was = decide(n)
  if not packed then
    return {-1, n}
  end
  decided[n] = {packed, note, held, was}
end
for n = 1, boards do
  write(n, decided[n][1], decided[n][2], decided[n][3], decided[n][4])
end
if ARGV[2] ~= '' then
  redis.call('SADD', KEYS[2], ARGV[2])
  redis.call('EXPIRE', KEYS[2], ARGV[3])
end
return {1}
