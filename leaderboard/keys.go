package leaderboard

import "strconv"

// shard is one of the sets into which the players of every board are divided, by player, so that
// all boards of a player and his receipts are on one node of a Redis Cluster and one script reaches
// them: its number is the hash tag of all its keys. There is a single one so far, good for some
// 10 million players on a board; more of them change nothing in the names below.
//
//	parlor:{0}:boards                       hash: board -> description (JSON)
//	parlor:{0}:board:<board>                sorted set: player -> packed score
//	parlor:{0}:names:<board>                hash: player -> name to show
//	parlor:{0}:receipt:<board>:<n>:<player>:<id>
//	                                        empty string, expires after receiptLife; n is the number of
//	                                        bytes of <player>, so that no two receipts share a key
//	parlor:{0}:ratings:<game>:<mode>        hash: player -> record (layout: record.go)
//
// Names of boards, games and modes hold no colon. No key is made anywhere else.
type shard int

const onlyShard shard = 0

func (s shard) key(kind string) string { return "parlor:{" + strconv.Itoa(int(s)) + "}:" + kind }

func (s shard) boards() string { return s.key("boards") }

func (s shard) board(name string) string { return s.key("board:" + name) }

func (s shard) names(board string) string { return s.key("names:" + board) }

func (s shard) receipt(r receipt) string {
	return s.key("receipt:" + r.board + ":" + strconv.Itoa(len(r.player)) + ":" + r.player + ":" + r.id)
}

func (s shard) ratings(l Ladder) string { return s.key("ratings:" + l.Game + ":" + l.Mode) }
