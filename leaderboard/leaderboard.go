// Package leaderboard keeps boards: who reached which score, when, and in which place. Beside them it
// keeps ratings: how good each player of a game is believed to be.
//
// It owns the entries, the periods, the rule for ties, what counts once by what, and all names of keys. A
// [Store] may be called from many goroutines; the loops here are [Recorder.Run], which takes results off the
// goroutines of rooms and writes them to a Store, and the one by which [Embedded] commits. The package never
// knows rooms, games or HTTP, never calls back, and never guesses: a rank is exact or an error.
//
// Two stores pass one contract (package leaderboardtest) and rank alike to the last tie: [Embedded], in this
// process and durable under a directory, and [Redis], on sorted sets. docs/BOARDS.md has the layouts.
package leaderboard

import (
	"context"
	"errors"
	"time"
)

// Errors of a Store, to be checked with errors.Is.
var (
	// ErrNotFound says that the player has no entry on the list.
	ErrNotFound = errors.New("leaderboard: no such entry")
	// ErrNoBoard says that no such board has been defined.
	ErrNoBoard = errors.New("leaderboard: no such board")
	// ErrInvalid says that an argument can never be accepted; the text names it.
	ErrInvalid = errors.New("leaderboard: invalid")
	// ErrRange says that a score, or the sum it would make, lies outside what its board takes.
	ErrRange = errors.New("leaderboard: score out of range")
	// ErrOver says that the period that a result belongs to is no longer kept.
	ErrOver = errors.New("leaderboard: period no longer kept")
	// ErrMismatch says that what is kept is of another kind: a board was defined otherwise, or something was
	// not written by this version.
	ErrMismatch = errors.New("leaderboard: kept under another description")
	// ErrNamespace says that the store is not ours to use as we are set up: its players are spread over another
	// number of shards, or its boards were described by a later version. Nothing is refused for it: mend, and try again.
	ErrNamespace = errors.New("leaderboard: kept by others")
	// ErrUnavailable says that the store did not answer. Ask again later; submitting again is safe.
	ErrUnavailable = errors.New("leaderboard: store unavailable")
	// ErrFull comes with ErrUnavailable, and says that the store will answer once somebody has made room on its disk.
	ErrFull = errors.New("the disk of the boards is full")
)

// Store keeps boards. All methods may be called concurrently, and end when ctx does.
type Store interface {
	// Define makes a board. Defining it again changes nothing but its Archive and Size; a description that
	// differs in anything else is ErrMismatch.
	Define(ctx context.Context, board Board) error

	// Boards are all that are defined, by name, with their defaults filled in.
	Boards(ctx context.Context) ([]Board, error)

	// Submit applies each submission once, those of a player in the order given; each is all or nothing, a
	// batch is not. It checks all of them before it writes the first, with ErrInvalid. After that each stands
	// for itself: one that is refused (ErrNoBoard, ErrRange, ErrOver) does not hinder the others. After any
	// other error some may have been applied and some not: submit them all again, what has been applied
	// is not applied twice within ReceiptLife. Results of the banned, and late ones of the forgotten, count
	// as applied and change nothing.
	Submit(ctx context.Context, subs ...Submission) error

	Reads
	Edits

	// Ratings lie beside the boards, and know nothing of them.
	Ratings

	// Close frees what the store holds. The store must not be used any more.
	Close() error
}

// Reads are what anybody may ask. Each fails with ErrNoBoard where the board is not defined; a period without
// entries, or one that is no longer kept, reads as empty.
type Reads interface {
	// Top is a page of the best: the first one, or the one after a cursor of an earlier. limit is 0 to MaxPage.
	Top(ctx context.Context, l List, after string, limit int) (Page, error)

	// Around is the entry of a player with up to n others above and n below, fewer at the ends of the list;
	// or ErrNotFound. 2n+1 may be at most MaxPage.
	Around(ctx context.Context, l List, player string, n int) (Page, error)

	// Players are the entries of those among the players, at most MaxPlayers, who have one, the best first.
	Players(ctx context.Context, l List, players []string) (Page, error)

	// Count is the number of entries.
	Count(ctx context.Context, l List) (int64, error)

	// Periods are those of a board that have entries, the latest first.
	Periods(ctx context.Context, board string) ([]Period, error)
}

// Edits are for operators.
type Edits interface {
	// EndPeriod ends the period that a time lies in, with the second that the time lies in, and tells which one it was; another
	// begins then. Results whose matches ended before belong to the one that has ended. Twice in one second is as once.
	EndPeriod(ctx context.Context, board string, at time.Time) (Span, error)

	// Import puts entries in, at most MaxPage, replacing those of the same players. Rank is ignored, At must
	// lie in the period. One that is refused hinders all, and nothing is written. It tells how many were left out, whose
	// players are banned or forgotten.
	Import(ctx context.Context, l List, entries ...Entry) (leftOut int, err error)

	// Remove takes an entry off a board in one period, from all regions; or ErrNotFound.
	Remove(ctx context.Context, l List, player string) error

	// Forget removes a player from all boards, periods and ladders, and lets no result in that was under way.
	Forget(ctx context.Context, player string) error

	// Ban removes a player from all boards and lets no result of his in until the ban is lifted.
	Ban(ctx context.Context, player string, banned bool) error

	// Bans are the players who are banned, in order.
	Bans(ctx context.Context) ([]string, error)
}
