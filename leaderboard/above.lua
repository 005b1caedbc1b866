-- Counts the entries that are better than each of some packed scores, at one instant.
--
-- KEYS  1 scores   sorted set: player -> packed score (layout: packed.go)
-- ARGV  packed scores
--
-- Answers {number of entries, better than the first, better than the second...}.
local counts = {redis.call('ZCARD', KEYS[1])}
for i = 1, #ARGV do
  counts[i + 1] = redis.call('ZCOUNT', KEYS[1], '(' .. ARGV[i], '+inf')
end
return counts
