-- Reads consecutive entries of a board, with what their ranks follow from, at one instant.
--
-- KEYS  1 board   sorted set: player -> packed score (layout: packed.go)
--       2 names   hash: player -> name to show
-- ARGV  either  1 index of the first entry, from 0   2 of the last one
--       or      1 neighbours to either side          2 ""                3 player
--
-- Answers {index of the first entry, its rank, {player, packed, player, packed...}, {name...}};
-- nil if there is no such player. Scores stay text all the way: Lua would round them.
local first, last = ARGV[1], ARGV[2]
if last == '' then
  local at = redis.call('ZREVRANK', KEYS[1], ARGV[3])
  if not at then
    return false
  end
  first, last = math.max(at - ARGV[1], 0), at + ARGV[1]
end

local rows = redis.call('ZREVRANGE', KEYS[1], first, last, 'WITHSCORES')
if #rows == 0 then
  return {0, 0, {}, {}}
end
local players = {}
for i = 1, #rows, 2 do
  players[#players + 1] = rows[i]
end
local rank = 1 + redis.call('ZCOUNT', KEYS[1], '(' .. rows[2], '+inf')
return {tonumber(first), rank, rows, redis.call('HMGET', KEYS[2], unpack(players))}
