-- Puts a value in the place of the one that it was made from, if that is still there.
--
-- KEYS  1 hash   2 may be missing: where it exists, nothing is written, and that is well
-- ARGV  1 field   2 the value that was read, "" for none   3 the new one
--
-- Answers 1 done, 0 another value is there.
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
  return 0
end
if not KEYS[2] or redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
return 1
