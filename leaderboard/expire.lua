-- Sets until when a period that was ended by hand is kept.
--
-- KEYS  1 board   2 notes   3 regions   4 periods
-- ARGV  1 until, unix s   2 what keys of regions begin with   3 the period
if redis.call('ZSCORE', KEYS[4], ARGV[3]) then
  redis.call('ZADD', KEYS[4], ARGV[1], ARGV[3])
end
for _, region in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  redis.call('EXPIREAT', ARGV[2] .. region, ARGV[1])
end
for i = 1, 3 do
  redis.call('EXPIREAT', KEYS[i], ARGV[1])
end
return 1
