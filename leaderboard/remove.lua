-- Takes a player off a board in one period, and out of his region.
--
-- KEYS  1 board   sorted set: player -> packed score
--       2 notes   hash: player -> note (layout: entry.go)
-- ARGV  1 player   2 what keys of regions begin with
--
-- Answers 1 done, 0 he was not on it.
local note = redis.call('HGET', KEYS[2], ARGV[1])
local region = note and string.match(note, '^[^\n]*\n[^\n]*\n([^\n]+)')
if region then
  redis.call('ZREM', ARGV[2] .. region, ARGV[1])
end
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])
