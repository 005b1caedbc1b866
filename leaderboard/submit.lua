-- Applies one submission once. Nothing is written before the last check, so it is all or nothing.
--
-- KEYS  1 boards   hash: name of a board -> its description
--       2 board    sorted set: player -> packed score (layout: packed.go)
--       3 names    hash: player -> name to show
--       4 receipt  exists while the submission is known to have been counted
-- ARGV  1 name of the board   2 its description   3 "best" or "sum"   4 player   5 name, or ""
--       6 score   7 ticks left   8 2^tick bits   9 smallest score   10 largest
--       11 life of the receipt in seconds; 0: needs none, counting it again changes nothing
--
-- Answers 1 applied, 0 counted before, -1 sum out of range, -2 board kept under another description.
--
-- Packed scores take all 53 bits that a Lua number is exact to: they are formatted with %.0f,
-- because tostring and .. round to 14 digits; and never ZINCRBY, which sticks at 2^53.
local player, sum = ARGV[4], ARGV[3] == 'sum'
local score, left, span = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local life = tonumber(ARGV[11])

local description = redis.call('HGET', KEYS[1], ARGV[1])
if description and description ~= ARGV[2] then
  return -2
end
if life > 0 and redis.call('EXISTS', KEYS[4]) == 1 then
  return 0
end

local held = tonumber(redis.call('ZSCORE', KEYS[2], player) or nil)
local packed = score * span + left
if held and not sum then
  packed = math.max(held, packed)
elseif held and score == 0 then
  packed = held
elseif held then
  local held_score = math.floor(held / span)
  local total = held_score + score
  if total < tonumber(ARGV[9]) or total > tonumber(ARGV[10]) then
    return -1
  end
  packed = total * span + math.min(held - held_score * span, left)
end

if not description then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
if packed ~= held then
  redis.call('ZADD', KEYS[2], string.format('%.0f', packed), player)
end
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[3], player, ARGV[5])
end
if life > 0 then
  redis.call('SET', KEYS[4], '', 'EX', life)
end
return 1
