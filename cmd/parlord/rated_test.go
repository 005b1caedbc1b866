package main

import (
	"context"
	"testing"
	"time"

	"parlor/game"
	"parlor/game/arcade/tictactoe"
	"parlor/leaderboard/leaderboardtest"
	"parlor/net/client"
)

// playOnce lets two clients play a match of tictactoe against each other.
func playOnce(t *testing.T, clients ...*client.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	for _, c := range clients {
		if err := c.JoinQueue(ctx, "tictactoe", ""); err != nil {
			t.Fatal(err)
		}
	}
	var seats [2]game.Seat
	dice := game.NewRand(game.Seed{9})
	// told does what an event asks for, and tells whether it is the match's result.
	told := func(i int, e client.Event) bool {
		if e.Item.GetRoom() != nil {
			seats[i] = game.Seat(e.Item.GetRoom().Seat)
		}
		if e.View != nil {
			if body, err := game.Kind(tictactoe.Game).BotInput(seats[i], e.View.Body, dice); err != nil {
				t.Fatal(err)
			} else if body != nil {
				_, _ = clients[i].Send(body)
			}
		}
		return e.Item.GetResult() != nil
	}
	for over := false; !over; {
		select {
		case e := <-clients[0].Events():
			over = told(0, e)
		case e := <-clients[1].Events():
			over = told(1, e)
		case <-ctx.Done():
			t.Fatal("no match was played out in a minute")
		}
	}
}

func TestAMatchOfTwoRatesBothEmbeddedAndInRedis(t *testing.T) {
	for _, store := range []string{"embedded", "redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			args := []string{"-bots-after", "0"}
			if store == "redis" {
				args = append(args, "-redis", leaderboardtest.StartRedis(t).URL)
			}
			p := start(t, args...)
			ann, bob := dial(t, p, "Ann"), dial(t, p, "Bob")
			playOnce(t, ann, bob)
			var mus float64
			for _, c := range []*client.Client{ann, bob} {
				player, _ := c.Identity()
				var r struct {
					Mu, Sigma, Rating float64
					Matches           int
				}
				eventually(t, player+" is rated", func() bool {
					return p.get(p.page+"/v1/ratings/tictactoe/players/"+player, &r) == 200
				})
				if r.Matches != 1 || r.Sigma > 8.2 || r.Rating != r.Mu-3*r.Sigma {
					t.Errorf("got %+v after a match", r)
				}
				mus += r.Mu
			}
			if mus < 49.999 || mus > 50.001 {
				t.Errorf("mus add up to %v: what one has won the other must have lost", mus)
			}
		})
	}
}
