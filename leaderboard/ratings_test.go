package leaderboard

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"parlor/matchmaking/rating"
)

// three is a match of three, each for himself, in the order of their places.
func three(id string, players ...string) RatedMatch {
	m := RatedMatch{ID: id, Ladder: Ladder{Game: "toy"}}
	for i, player := range players {
		m.Teams = append(m.Teams, RatedTeam{Place: i + 1, Players: []string{player}})
	}
	return m
}

// books is a book in memory.
type books map[Ladder]map[string]string

func (b books) records(ctx context.Context, ladder Ladder, players []string) ([]string, error) {
	held := make([]string, len(players))
	for i, player := range players {
		held[i] = b[ladder][player]
	}
	return held, ctx.Err()
}

func (b books) swap(_ context.Context, ladder Ladder, changes []change) (all bool, err error) {
	if b[ladder] == nil {
		b[ladder] = make(map[string]string)
	}
	all = true
	for _, c := range changes {
		if b[ladder][c.player] == c.from {
			b[ladder][c.player] = c.to
		} else {
			all = false
		}
	}
	return all, nil
}

func (b books) Rate(ctx context.Context, matches ...RatedMatch) error { return rate(ctx, b, matches) }

func (b books) Rating(ctx context.Context, ladder Ladder, player string) (PlayerRating, error) {
	return ratingOf(ctx, b, ladder, player)
}

func wantRating(t *testing.T, b book, player string, want rating.Rating, matches int64) {
	t.Helper()
	got, err := ratingOf(t.Context(), b, Ladder{Game: "toy"}, player)
	if err != nil || got != (PlayerRating{want, matches}) {
		t.Errorf("%s: %+v, %v, want %+v of %d matches", player, got, err, want, matches)
	}
}

// half is a book that makes one change of each swap and loses the answer.
type half struct{ books }

func (h half) swap(ctx context.Context, ladder Ladder, changes []change) (bool, error) {
	if _, err := h.books.swap(ctx, ladder, changes[:1]); err != nil {
		return false, err
	}
	return false, ErrUnavailable
}

func TestAMatchWrittenByHalvesRatesAsIfInOneGo(t *testing.T) {
	whole, store := books{}, books{}
	m := three("m", "a", "b", "c")
	if err := whole.Rate(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := rate(t.Context(), half{store}, []RatedMatch{m}); !errors.Is(err, ErrUnavailable) {
			t.Fatal(err)
		}
	}
	if _, err := store.Rating(t.Context(), m.Ladder, "c"); !errors.Is(err, ErrNotFound) {
		t.Fatalf("the last is rated too: %v", err)
	}
	// One of those who are rated plays on before the rest of the match gets in.
	if err := store.Rate(t.Context(), three("next", "d", "a")); err != nil {
		t.Fatal(err)
	}
	if err := store.Rate(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	for _, player := range []string{"b", "c"} {
		r, err := whole.Rating(t.Context(), m.Ladder, player)
		if err != nil {
			t.Fatal(err)
		}
		wantRating(t, store, player, r.Rating, 1)
	}
}

// raced is a book whose player b plays another match after each of the first reads.
type raced struct {
	books
	left *int
}

func (r raced) records(ctx context.Context, ladder Ladder, players []string) ([]string, error) {
	held, err := r.books.records(ctx, ladder, players)
	if err == nil && *r.left > 0 {
		*r.left--
		err = r.Rate(ctx, three(fmt.Sprint("other-", *r.left), "b", "z"))
	}
	return held, err
}

func TestNoMatchIsLostWhereTwoAreWrittenAtOnce(t *testing.T) {
	store, others := books{}, 3
	if err := rate(t.Context(), raced{store, &others}, []RatedMatch{three("m", "a", "b")}); err != nil {
		t.Fatal(err)
	}
	for player, matches := range map[string]int64{"a": 1, "b": 4, "z": 3} {
		if got, err := store.Rating(t.Context(), Ladder{Game: "toy"}, player); err != nil || got.Matches != matches {
			t.Errorf("%s: %+v, %v, want %d matches", player, got, err, matches)
		}
	}
}

func TestARecordIsReadAsItWasWritten(t *testing.T) {
	r, err := parseRecord("")
	if err != nil || r.Rating != rating.Standard().Start {
		t.Fatalf("a newcomer's: %+v, %v", r, err)
	}
	for n := range 30 {
		r = r.after(fmt.Sprint(n), rating.Rating{Mu: float64(n) / 3, Sigma: 1 / float64(n+1)})
		read, err := parseRecord(r.String())
		if err != nil || read.String() != r.String() || len(r.String()) > 217 {
			t.Fatalf("after %d matches %d bytes: %+v, %v, want %+v", n+1, len(r.String()), read, err, r)
		}
	}
	if r.matches != 30 || r.knows("21") || !r.knows("22") || r.before("22").Mu != 7 || r.before("new") != r.Rating {
		t.Errorf("got %+v", r)
	}
}

func TestADamagedRecordIsRefusedAndLeftAsItIs(t *testing.T) {
	good := record{Rating: rating.Standard().Start}.after("m", rating.Standard().Start).String()
	for name, text := range map[string]string{
		"short": good[:20], "cut": good[:len(good)-1], "of another version": "\x02" + good[1:],
		"without doubt": record{Rating: rating.Rating{Mu: 1}}.String(), "text": "hello",
	} {
		store := books{}
		store[Ladder{Game: "toy"}] = map[string]string{"b": text}
		err := store.Rate(t.Context(), three("m", "a", "b"), three("m", "c", "d"))
		if !errors.Is(err, ErrMismatch) || store[Ladder{Game: "toy"}]["b"] != text {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := store.Rating(t.Context(), Ladder{Game: "toy"}, "c"); err != nil {
			t.Errorf("%s: the other match: %v", name, err)
		}
		if _, err := store.Rating(t.Context(), Ladder{Game: "toy"}, "b"); !errors.Is(err, ErrMismatch) {
			t.Errorf("%s: read: %v, want ErrMismatch", name, err)
		}
	}
}
