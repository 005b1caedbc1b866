package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"

	"parlor/game"
	"parlor/game/room"
	"parlor/leaderboard"
)

// results takes what matches came to off their rooms, and gets it into the store: scores onto the
// boards, places into the ratings.
type results struct {
	boards  *leaderboard.Recorder[leaderboard.Submission]
	ratings *leaderboard.Recorder[leaderboard.RatedMatch]
}

func newResults(store leaderboard.Store, log *slog.Logger) *results {
	return &results{
		boards:  leaderboard.NewRecorder(store.Submit, leaderboard.RecorderConfig{Log: log}),
		ratings: leaderboard.NewRecorder(store.Rate, leaderboard.RecorderConfig{Batch: leaderboard.MatchesKept, Log: log}),
	}
}

// outcome and scored are called by rooms, and do not wait. What is played in rooms that players made counts
// for nothing: friends could win against each other as often as they like.
func (r *results) outcome(o room.Outcome) {
	if o.Owned {
		return
	}
	r.boards.Record(fromOutcome(o)...)
	if m, ok := ratedFrom(o); ok {
		r.ratings.Record(m)
	}
}

func (r *results) scored(s room.Scored) {
	if !s.Owned {
		r.boards.Record(fromScored(s)...)
	}
}

// run writes until ctx ends and nothing is left, or the grace time of the Recorders is over.
func (r *results) run(ctx context.Context) error {
	rated := make(chan error, 1)
	go func() { rated <- r.ratings.Run(ctx) }()
	return errors.Join(r.boards.Run(ctx), <-rated)
}

// stats count a score and a rated match alike: as one.
func (r *results) stats() leaderboard.RecorderStats { return r.boards.Stats().Plus(r.ratings.Stats()) }

// board is the board of a ranked game.
func board(info game.Info) leaderboard.Board {
	b := leaderboard.Board{Name: info.Name, Operator: leaderboard.Best}
	if info.Ranked == game.Wins {
		b.Operator = leaderboard.Sum
	}
	return b
}

// fromOutcome is what a match's end means for the boards: a win, or a score, for every person
// in it. The ids are the match's, so sending one twice counts once.
func fromOutcome(o room.Outcome) []leaderboard.Submission {
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
			ID: fmt.Sprintf("%s/%d", o.Match, seat), Board: board(o.Info),
			Player: st.Player, Name: st.Name, Score: score, At: o.At,
		})
	}
	return subs
}

// ratedFrom is what a match's end means for ratings: the places that people have reached among
// themselves, or their sides, a side being as good as the best of it. Bots are left out, so nobody is rated for
// beating them. It answers false where the game counts no wins, or nobody else was there.
func ratedFrom(o room.Outcome) (leaderboard.RatedMatch, bool) {
	m := leaderboard.RatedMatch{ID: o.Match, Ladder: leaderboard.Ladder{Game: o.Info.Name, Mode: o.Mode}}
	sides := cmp.Or(o.Info.Teams, len(o.Standings))
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
func fromScored(s room.Scored) []leaderboard.Submission {
	if s.Info.Ranked != game.BestScore {
		return nil
	}
	return []leaderboard.Submission{{
		ID: fmt.Sprintf("%s/s%d", s.Match, s.Number), Board: board(s.Info),
		Player: s.Player, Name: s.Name, Score: s.Score, At: s.At,
	}}
}
