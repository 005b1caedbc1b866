package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"parlor/leaderboard"
)

func TestBoardsOfAFileStandBesideThoseOfTheGames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "boards.json")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	own, err := readBoards("")
	if err != nil || len(own.boards) < 2 {
		t.Fatalf("of the games: %+v, %v", own, err)
	}
	write(`[{"board": "tictactoe", "operator": "sum", "period": "weekly"}, {"board": "cup", "ties": "shared", "games": ["tictactoe", "snakes"]}]`)
	all, err := readBoards(file)
	if err != nil || len(all.boards) != len(own.boards)+1 {
		t.Fatalf("got %+v, %v", all, err)
	}
	i := slices.IndexFunc(all.boards, func(b leaderboard.Board) bool { return b.Name == "tictactoe" })
	if all.boards[i].Period != "weekly" || all.boards[i].Operator != leaderboard.Sum {
		t.Errorf("got %+v", all.boards[i])
	}
	if got := all.scores("snakes", 5); !slices.Equal(got, []leaderboard.Score{{Board: "cup", Score: 5}, {Board: "snakes", Score: 5}}) {
		t.Errorf("a result of snakes goes to %+v", got)
	}
	for _, wrong := range []string{`[{"board": "a b"}]`, `[{"board": "a", "perod": "weekly"}]`, `[{"board": "a", "period": "yearly"}]`, `[{"board": "a", "games": ["chess"]}]`,
		`[{"board": "a"}, {"board": "b"}, {"board": "a", "period": "weekly"}]`} {
		write(wrong)
		if _, err := readBoards(file); !errors.Is(err, leaderboard.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", wrong, err)
		}
	}
	write("{")
	if _, err := readBoards(file); err == nil {
		t.Error("half a file was taken")
	}
	if _, err := readBoards(file + ".none"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
