-- Reads the entries around a place in one shard, at one instant.
--
-- KEYS  1 scores   sorted set: player -> packed score (layout: packed.go)
--       2 notes    hash: player -> note (layout: entry.go)
-- ARGV  1 packed score of the place, "" for that of the player, "top" for the top   2 player
--       3 entries ahead of the place   4 entries from the place on
--       5 "after": who stands at the place himself is left out
--
-- Answers {number ahead of the place, entries there are, number of better ones than the first that is read, how many of
-- those read are ahead, {player, packed, ...}, {note...}}; nil if there is no such player. The place need not be
-- taken: among equal scores its position is searched, since members of equal scores lie in the order of their bytes.
-- Scores stay text all the way: Lua would round them.
local key, packed, player = KEYS[1], ARGV[1], ARGV[2]
local count = redis.call('ZCARD', key)
local at = 0
if packed == '' then
  at = redis.call('ZREVRANK', key, player)
  if not at then
    return false
  end
elseif packed ~= 'top' then
  local low = redis.call('ZCOUNT', key, '(' .. packed, '+inf')
  local high = low + redis.call('ZCOUNT', key, packed, packed)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local there = redis.call('ZREVRANGE', key, middle, middle)[1]
    if there > player or (ARGV[5] == 'after' and there == player) then
      low = middle + 1
    else
      high = middle
    end
  end
  at = low
end
local first, last = math.max(at - tonumber(ARGV[3]), 0), at + tonumber(ARGV[4]) - 1
local rows = {}
if last >= first then
  rows = redis.call('ZREVRANGE', key, first, last, 'WITHSCORES')
end
if #rows == 0 then
  return {at, count, 0, 0, {}, {}}
end
local players = {}
for i = 1, #rows, 2 do
  players[#players + 1] = rows[i]
end
local better = redis.call('ZCOUNT', key, '(' .. rows[2], '+inf')
return {at, count, better, math.max(at - first, 0), rows, redis.call('HMGET', KEYS[2], unpack(players))}
