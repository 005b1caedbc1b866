package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"parlor/game"
	"parlor/game/room"
	"parlor/leaderboard"
)

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

// loadKey reads the key that makes guests' secrets, or makes one at the first start. Nodes that
// share players share the file.
func loadKey(data string) ([]byte, error) {
	path := filepath.Join(data, "guest.key")
	text, err := os.ReadFile(path)
	if err == nil {
		key, err := hex.DecodeString(string(text))
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("%s is damaged: it must hold 64 hex digits", path)
		}
		return key, nil
	}
	if !os.IsNotExist(err) {
		return nil, err
	}
	key := make([]byte, 32)
	rand.Read(key)
	// Written aside and renamed: a server killed half-way leaves no half a key.
	if err := os.WriteFile(path+".new", []byte(hex.EncodeToString(key)), 0o600); err != nil {
		return nil, err
	}
	return key, os.Rename(path+".new", path)
}
