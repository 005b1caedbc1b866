package main

import (
	"log/slog"
	"reflect"
	"testing"
	"time"

	"parlor/game"
	"parlor/game/room"
	"parlor/leaderboard"
)

func TestOnlyPeopleAreRankedAndEachMatchCountsOnce(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	standings := []room.Standing{
		{Player: "ann", Name: "Ann", Place: 1, Won: true, Score: 7},
		{Player: "", Name: "Ada", Place: 2, Score: 5},
		{Player: "bob", Name: "Bob", Place: 2, Score: 5},
	}
	for _, test := range []struct {
		ranked game.Ranking
		ending room.Ending
		want   map[string]int64 // by player
	}{
		{game.Unranked, room.Finished, nil},
		{game.Wins, room.Aborted, nil},
		{game.Wins, room.Forfeit, map[string]int64{"ann": 1}},
		{game.BestScore, room.Finished, map[string]int64{"ann": 7, "bob": 5}},
	} {
		o := room.Outcome{
			Match: "m", Info: game.Info{Name: "g", Ranked: test.ranked}, Ending: test.ending, Standings: standings, At: at,
		}
		got := shelves{fed: map[string][]string{"g": {"g", "weekly"}}}.fromOutcome(o)
		if len(got) != len(test.want) {
			t.Errorf("%v, %v: %+v, want %+v", test.ranked, test.ending, got, test.want)
			continue
		}
		ids := map[string]bool{}
		for _, sub := range got {
			ids[sub.ID] = true
			score := test.want[sub.Player]
			if !reflect.DeepEqual(sub.Scores, []leaderboard.Score{{Board: "g", Score: score}, {Board: "weekly", Score: score}}) || !sub.At.Equal(at) || sub.Match != "m" {
				t.Errorf("%v, %v: %+v", test.ranked, test.ending, sub)
			}
			if err := sub.Validate(); err != nil {
				t.Error(err)
			}
		}
		if len(ids) != len(got) {
			t.Errorf("ids repeat: %+v", got)
		}
	}
}

func TestPeopleAreRatedByTheirPlacesAmongThemselves(t *testing.T) {
	standings := []room.Standing{
		{Player: "ann", Place: 3}, {Player: "", Place: 1, Won: true}, {Player: "bob", Place: 2}, {Player: "cid", Place: 3},
	}
	want := leaderboard.RatedMatch{
		ID: "m", Ladder: leaderboard.Ladder{Game: "g", Mode: "blitz"},
		Teams: []leaderboard.RatedTeam{
			{Place: 3, Players: []string{"ann"}}, {Place: 2, Players: []string{"bob"}}, {Place: 3, Players: []string{"cid"}},
		},
	}
	for _, test := range []struct {
		what      string
		ranked    game.Ranking
		ending    room.Ending
		standings []room.Standing
		rated     bool
	}{
		{"a match", game.Wins, room.Finished, standings, true},
		{"one that somebody gave up", game.Wins, room.Forfeit, standings, true},
		{"one that was cut off", game.Wins, room.Aborted, standings, false},
		{"one against a bot", game.Wins, room.Finished, standings[:2], false},
		{"a race for points", game.BestScore, room.Finished, standings, false},
		{"one for nothing", game.Unranked, room.Finished, standings, false},
	} {
		got, rated := ratedFrom(room.Outcome{
			Match: "m", Mode: "blitz", Info: game.Info{Name: "g", Ranked: test.ranked}, Ending: test.ending, Standings: test.standings,
		})
		if rated != test.rated {
			t.Errorf("%s: rated %t", test.what, rated)
		}
		if rated && (!reflect.DeepEqual(got, want) || got.Validate() != nil) {
			t.Errorf("%s: %+v, %v, want %+v", test.what, got, got.Validate(), want)
		}
	}
}

func TestWhatIsPlayedAmongFriendsCountsForNothing(t *testing.T) {
	store, err := leaderboard.OpenEmbedded(t.TempDir(), leaderboard.EmbeddedConfig{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	r, err := newResults(store, shelves{}, "", slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	standings := []room.Standing{{Player: "ann", Place: 1, Won: true, Score: 7}, {Player: "bob", Place: 2}}
	for _, ranked := range []game.Ranking{game.Wins, game.BestScore} {
		info := game.Info{Name: "g", Ranked: ranked}
		r.outcome(room.Outcome{Match: "m", Info: info, Friendly: true, Standings: standings, At: time.Now()})
		r.scored(room.Scored{Match: "m", Info: info, Friendly: true, Player: "ann", Score: 7, At: time.Now()})
	}
	if n := r.stats().Queued; n != 0 {
		t.Errorf("%d results", n)
	}
}

func TestASideIsRatedAsOne(t *testing.T) {
	m, ok := ratedFrom(room.Outcome{
		Match: "m", Info: game.Info{Name: "g", Ranked: game.Wins, Teams: 2},
		Standings: []room.Standing{{Player: "ann", Place: 1}, {Player: "bob", Place: 2}, {Player: "", Place: 1}, {Player: "dot", Place: 2}},
	})
	want := []leaderboard.RatedTeam{{Place: 1, Players: []string{"ann"}}, {Place: 2, Players: []string{"bob", "dot"}}}
	if !ok || !reflect.DeepEqual(m.Teams, want) {
		t.Errorf("rated %+v, %v; want %+v", m.Teams, ok, want)
	}
}

func TestWhoLeavesHisSeatToABotIsRatedLast(t *testing.T) {
	m, ok := ratedFrom(room.Outcome{
		Match: "m", Info: game.Info{Name: "g", Ranked: game.Wins},
		Standings: []room.Standing{{Player: "ann", Place: 3}, {Player: "", Place: 1}, {Player: "", Place: 2}}, Deserters: []string{"bob"},
	})
	want := []leaderboard.RatedTeam{{Place: 4, Players: []string{"bob"}}, {Place: 3, Players: []string{"ann"}}}
	if !ok || !reflect.DeepEqual(m.Teams, want) {
		t.Errorf("rated %+v, %v; want %+v", m.Teams, ok, want)
	}
}
