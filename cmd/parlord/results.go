package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"parlor/game"
	"parlor/game/room"
	"parlor/leaderboard"
)

// results takes what matches came to off their rooms, and gets it into the store: scores onto the
// boards, places into the ratings.
type results struct {
	store   leaderboard.Store
	shelves shelves
	log     *slog.Logger
	handed  func(game string, results int)        // counts what rooms hand over for the boards
	posted  func(player string, boards ...string) // tells him that results of his are there
	boards  *leaderboard.Recorder[leaderboard.Submission]
	ratings *leaderboard.Recorder[leaderboard.RatedMatch]
}

// beginResults makes what the configuration asks for, and defines the boards.
func beginResults(ctx context.Context, cfg config, store leaderboard.Store, log *slog.Logger) (*results, error) {
	boards, err := readBoards(cfg.boards)
	if err != nil {
		return nil, fmt.Errorf("read -boards: %w", err)
	}
	outbox := "" // where results wait while Redis is away
	if cfg.redis != "" {
		outbox = filepath.Join(cfg.data, "outbox")
	}
	r, err := newResults(store, boards, outbox, log)
	if err != nil {
		return nil, err
	}
	return r, r.begin(ctx)
}

// newResults puts results into outbox before they go to the store. Without one they wait in memory, which is enough where
// the store is on the same disk.
func newResults(store leaderboard.Store, boards shelves, outbox string, log *slog.Logger) (*results, error) {
	r := &results{store: store, shelves: boards, log: log, handed: func(string, int) {}, posted: func(string, ...string) {}}
	scores, ratings := leaderboard.RecorderConfig{Log: log}, leaderboard.RecorderConfig{Batch: leaderboard.MatchesKept, Log: log}
	if outbox != "" {
		scores.Dir, ratings.Dir = filepath.Join(outbox, "boards"), filepath.Join(outbox, "ratings")
	}
	var err1, err2 error
	r.boards, err1 = leaderboard.NewRecorder(r.submit, scores)
	r.ratings, err2 = leaderboard.NewRecorder(store.Rate, ratings)
	return r, errors.Join(err1, err2)
}

// submit defines the boards where they are missing: a store that was away at the start, or has lost all that it had, must
// not refuse results for it.
func (r *results) submit(ctx context.Context, subs ...leaderboard.Submission) error {
	err := r.store.Submit(ctx, subs...)
	if errors.Is(err, leaderboard.ErrNoBoard) {
		if err := r.define(ctx); err != nil {
			return err
		}
		err = r.store.Submit(ctx, subs...) // what has been applied is not applied twice
	}
	if err != nil {
		return err
	}
	for _, s := range subs {
		for _, score := range s.Scores {
			r.posted(s.Player, score.Board)
		}
	}
	return nil
}

// begin defines the boards, unless the store is away: then the first result will.
func (r *results) begin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := r.define(ctx)
	if errors.Is(err, leaderboard.ErrFull) {
		r.log.Warn("the disk of the boards is full: results wait in memory until somebody makes room", "err", err)
		return nil
	}
	if errors.Is(err, leaderboard.ErrUnavailable) {
		r.log.Warn("the store of boards is away", "err", err)
		return nil
	}
	if redis, ok := r.store.(*leaderboard.Redis); ok && err == nil {
		r.warnOfEviction(ctx, redis)
	}
	return err
}

// warnOfEviction is for a Redis that is set up as a cache, as many are: once its memory is full it throws away entries, and tells
// nobody.
func (r *results) warnOfEviction(ctx context.Context, redis *leaderboard.Redis) {
	const safe = "noeviction"
	switch policy, err := redis.Eviction(ctx); {
	case err != nil:
		r.log.Debug("what Redis does when its memory is full is not known", "err", err)
	case policy != safe:
		r.log.Warn("Redis may throw boards away when its memory is full: set its maxmemory-policy to noeviction", "policy", policy)
	}
}

// define makes the boards. One that an operator has defined otherwise stays as he wants it.
func (r *results) define(ctx context.Context) error {
	for _, b := range r.shelves.boards {
		err := r.store.Define(ctx, b)
		if errors.Is(err, leaderboard.ErrMismatch) {
			why, _ := leaderboard.Reason(err)
			r.log.Warn("a board is kept as it was first defined", "board", b.Name, "why", why)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// outcome and scored are called by rooms, and do not wait. What is played in rooms that players made counts
// for nothing: friends could win against each other as often as they like.
func (r *results) outcome(o room.Outcome) {
	if o.Friendly {
		return
	}
	r.record(o.Info.Name, r.shelves.fromOutcome(o))
	if m, ok := ratedFrom(o); ok {
		r.ratings.Record(m)
	}
}

func (r *results) scored(s room.Scored) {
	if !s.Friendly {
		r.record(s.Info.Name, r.shelves.fromScored(s))
	}
}

func (r *results) record(game string, subs []leaderboard.Submission) {
	r.handed(game, len(subs))
	r.boards.Record(subs...)
}

// run writes until ctx ends and nothing is left, or the grace time of the Recorders is over.
func (r *results) run(ctx context.Context) error {
	rated := make(chan error, 1)
	go func() { rated <- r.ratings.Run(ctx) }()
	return errors.Join(r.boards.Run(ctx), <-rated)
}

// stats count a score and a rated match alike: as one.
func (r *results) stats() leaderboard.RecorderStats { return r.boards.Stats().Plus(r.ratings.Stats()) }

// fromOutcome is what a match's end means for the boards: a win, or a score, for every person
// in it. The ids are the match's, so sending one twice counts once.
func (s shelves) fromOutcome(o room.Outcome) []leaderboard.Submission {
	if o.Ending == room.Aborted || o.Info.Ranked == game.Unranked {
		return nil
	}
	var subs []leaderboard.Submission
	for seat, st := range o.Standings {
		score := st.Score
		if o.Info.Ranked == game.Wins {
			score = 0
			if st.Won {
				score = 1
			}
		}
		if st.Player == "" || (o.Info.Ranked == game.Wins && score == 0) {
			continue
		}
		subs = append(subs, leaderboard.Submission{
			ID: fmt.Sprintf("%s/%d", o.Match, seat), Player: st.Player, Name: st.Name, Match: o.Match, At: o.At,
			Scores: s.scores(o.Info.Name, score),
		})
	}
	return subs
}

// ratedFrom is what a match's end means for ratings: the places that people have reached among
// themselves, or their sides, a side being as good as the best of it. Bots are left out, so nobody is rated for
// beating them; but who has left his seat to one comes last. It answers false where the game counts no wins, or nobody else was there.
func ratedFrom(o room.Outcome) (leaderboard.RatedMatch, bool) {
	m := leaderboard.RatedMatch{ID: o.Match, Ladder: leaderboard.Ladder{Game: o.Info.Name, Mode: o.Mode}}
	sides := cmp.Or(o.Info.Teams, len(o.Standings))
	last := len(o.Standings) + 1
	for _, player := range o.Deserters {
		m.Teams = append(m.Teams, leaderboard.RatedTeam{Place: last, Players: []string{player}})
	}
	for side := range sides {
		var team leaderboard.RatedTeam
		for seat := side; seat < len(o.Standings); seat += sides {
			if st := o.Standings[seat]; st.Player != "" {
				team.Players = append(team.Players, st.Player)
				team.Place = min(cmp.Or(team.Place, st.Place), st.Place)
			}
		}
		if len(team.Players) > 0 {
			m.Teams = append(m.Teams, team)
		}
	}
	return m, o.Ending != room.Aborted && o.Info.Ranked == game.Wins && len(m.Teams) > 1
}

// fromScored is the same for a score posted while the match goes on.
func (s shelves) fromScored(sc room.Scored) []leaderboard.Submission {
	if sc.Info.Ranked != game.BestScore {
		return nil
	}
	return []leaderboard.Submission{{
		ID: fmt.Sprintf("%s/s%d", sc.Match, sc.Number), Player: sc.Player, Name: sc.Name, Match: sc.Match, At: sc.At,
		Scores: s.scores(sc.Info.Name, sc.Score),
	}}
}
