package leaderboard

import "strconv"

// shard is one of the sets into which the players of every board are divided, by player, so that all boards of
// a player and his receipts are on one node of a Redis Cluster and one script reaches them: its number is the
// hash tag of all its keys. How many there are is fixed when the first board is defined.
//
//	parlor:{0}:shards                       number of shards; of the first shard only
//	parlor:{n}:boards                       hash: board -> description (JSON). The first shard's counts
//	parlor:{n}:board:<board>:<period>       sorted set: player -> packed score; period is the unix seconds
//	                                        of its start
//	parlor:{n}:notes:<board>:<period>       hash: player -> note (layout: entry.go)
//	parlor:{n}:region:<board>:<period>:<region>
//	                                        sorted set as board, of those of a region
//	parlor:{n}:regions:<board>:<period>     set: the regions there are
//	parlor:{n}:periods:<board>              sorted set: period -> unix seconds until when it is kept
//	parlor:{n}:receipts:<minute>            set: 16 bytes for each submission whose At lies in the minute,
//	                                        expires ReceiptLife after the last
//	parlor:{n}:banned                       set: players
//	parlor:{n}:forgotten:<player>           unix ms until when results are of before; expires
//	parlor:{n}:ratings:<game>:<mode>        hash: player -> record (layout: record.go)
//	parlor:{n}:ladders                      set: <game>:<mode>
//
// Names of boards, regions, games and modes hold no colon. No key is made anywhere else.
type shard int

// firstShard keeps what there is once.
const firstShard shard = 0

func (s shard) key(kind string) string { return "parlor:{" + strconv.Itoa(int(s)) + "}:" + kind }

func (s shard) shards() string { return s.key("shards") }
func (s shard) boards() string { return s.key("boards") }

func (s shard) list(kind string, id listID) string {
	return s.key(kind + ":" + id.board + ":" + strconv.FormatInt(id.period, 10))
}

func (s shard) board(id listID) string   { return s.list("board", id) }
func (s shard) notes(id listID) string   { return s.list("notes", id) }
func (s shard) regions(id listID) string { return s.list("regions", id) }

// region is the sorted set of a region, or what it begins with.
func (s shard) region(id listID, region string) string { return s.list("region", id) + ":" + region }

// scores is the sorted set of a list.
func (s shard) scores(id listID, region string) string {
	if region == "" {
		return s.board(id)
	}
	return s.region(id, region)
}

func (s shard) periods(board string) string { return s.key("periods:" + board) }

func (s shard) receipts(minute int64) string {
	return s.key("receipts:" + strconv.FormatInt(minute, 10))
}

func (s shard) banned() string                 { return s.key("banned") }
func (s shard) forgotten(player string) string { return s.key("forgotten:" + player) }

func (s shard) ratings(ladder string) string { return s.key("ratings:" + ladder) }
func (s shard) ladders() string              { return s.key("ladders") }

func (l Ladder) key() string { return l.Game + ":" + l.Mode }

// shardOf is where a player's entries are.
func shardOf(player string, shards int) shard { return shard(hashOf(player) % uint64(shards)) }
