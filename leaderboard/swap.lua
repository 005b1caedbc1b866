-- Puts a player's record in the place of the one that it was made from, if that is still there.
--
-- KEYS  1 ratings   hash: player -> record (layout: record.go)
-- ARGV  1 player   2 the record that was read, "" for none   3 the new one
--
-- Answers 1 done, 0 another record is there.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
