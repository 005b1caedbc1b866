// Package leaderboard keeps boards: who reached which score, when, and in which place. Beside them it
// keeps ratings: how good each player of a game is believed to be.
//
// It owns the entries, the rule for ties, what a rating counts once by, and all names of Redis keys. A [Store] has no
// goroutine of its own and may be called from many; the one loop here is [Recorder.Run], which
// takes results off the goroutines of rooms and writes them to a Store. The package never knows
// rooms, games or HTTP, never calls back, and never guesses: a rank is exact or an error.
//
// Two stores pass one contract (package leaderboardtest) and rank alike to the last tie: [Memory],
// in this process and gone with it, and [Redis], on sorted sets.
package leaderboard

import (
	"context"
	"errors"
)

// Errors of a Store, to be checked with errors.Is.
var (
	// ErrNotFound says that the player has no entry on the board, or that the board has none at all.
	ErrNotFound = errors.New("leaderboard: no such entry")
	// ErrInvalid says that an argument can never be accepted; the text names it.
	ErrInvalid = errors.New("leaderboard: invalid")
	// ErrRange says that a score, or the sum it would make, lies outside [MinScore] to [MaxScore].
	ErrRange = errors.New("leaderboard: score out of range")
	// ErrMismatch says that the board already has entries made under another description, say Sum, or
	// that a rating was not written by this version.
	ErrMismatch = errors.New("leaderboard: kept under another description")
	// ErrUnavailable says that the store did not answer. Ask again later; submitting again is safe.
	ErrUnavailable = errors.New("leaderboard: store unavailable")
)

// MaxPage is the largest number of entries a single read may ask for.
const MaxPage = 1000

// Store keeps boards. All methods may be called concurrently, and end when ctx does.
//
// Reads name a board by its name alone: a board is made by its first submission, keeps the
// description it got then, and reads as empty before. A page is taken at one instant; two pages are
// two instants.
type Store interface {
	// Submit applies each submission once, in the order given; a batch is not a transaction. It
	// checks all of them before it writes the first, with ErrInvalid and ErrRange. After that each
	// stands for itself: one that is refused (a sum outside the range: ErrRange; ErrMismatch) does
	// not hinder the others. After any other error some may have been applied and some not:
	// submit them all again, what has been applied is not applied twice.
	Submit(ctx context.Context, subs ...Submission) error

	// Top is a page of the board: limit entries (0 to MaxPage) after the first offset ones.
	Top(ctx context.Context, board string, offset, limit int) ([]Entry, error)

	// Entry is the entry of a player, or ErrNotFound.
	Entry(ctx context.Context, board, player string) (Entry, error)

	// Around is the entry of a player with up to n others above and n below, fewer at the ends of the
	// board; or ErrNotFound. 2n+1 may be at most MaxPage.
	Around(ctx context.Context, board, player string, n int) ([]Entry, error)

	// Count is the number of entries on the board.
	Count(ctx context.Context, board string) (int64, error)

	// Boards are the boards that have entries, by name.
	Boards(ctx context.Context) ([]Board, error)

	// Ratings lie beside the boards, and know nothing of them.
	Ratings

	// Close frees what the store holds. The store must not be used any more.
	Close() error
}
