package leaderboard

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
)

func TestARefusalSaysWhatIsAllowedOnceAndWithoutEchoingLongText(t *testing.T) {
	long := strings.Repeat("x", 5000)
	e := openOn(t, vfs.NewMem())
	ctx := t.Context()
	must(t, e.Define(ctx, Board{Name: "b", Operator: Sum}), e.Submit(ctx, point("a", 1, "b")))
	submit := func(s Submission) error {
		s.At = time.Now()
		return e.Submit(ctx, s)
	}
	on := func(board string, score int64) []Score { return []Score{{board, score}} }
	for _, test := range []struct {
		err  error
		kind error
		says []string
	}{
		{submit(Submission{ID: "2", Player: "a", Scores: on("b", 1<<53)}), ErrRange, []string{"board b takes -536870911 to 536870911"}},
		{submit(Submission{ID: "3", Player: "a", Scores: on("b", 536870911)}), ErrRange, []string{"sum", "board b takes sums from -536870911 to 536870911"}},
		{submit(Submission{ID: "4", Player: long, Scores: on("b", 1)}), ErrInvalid, []string{"player must be 1 to 128 bytes", "5000 bytes"}},
		{submit(Submission{ID: "5", Player: "a", Scores: on("none", 1)}), ErrNoBoard, []string{"no such board: none"}},
		{e.Define(ctx, Board{Name: "a b"}), ErrInvalid, []string{"1 to 64 of a-z, A-Z, 0-9, dot, dash and underscore"}},
		{e.Define(ctx, Board{Name: long}), ErrInvalid, []string{"1 to 64 of a-z", "5000 bytes"}},
		{e.Define(ctx, Board{Name: "c", Calendar: Calendar{Period: "yearly"}}), ErrInvalid, []string{"board c", "daily, weekly, monthly", "3mo"}},
		{e.Define(ctx, Board{Name: "c", Calendar: Calendar{Period: "daily", Zone: "Mars"}}), ErrInvalid, []string{"board c", "IANA", "Asia/Shanghai", "Mars"}},
		{e.Define(ctx, Board{Name: "c", Tick: time.Microsecond}), ErrInvalid, []string{"board c", "tick must be 1ms to 24h"}},
		{e.Define(ctx, Board{Name: "c", Archive: time.Millisecond}), ErrInvalid, []string{"board c", "archive must be 1s to 87600h"}},
		{e.Define(ctx, Board{Name: "b", Operator: Latest, Ties: Shared}), ErrMismatch, []string{`operator "sum", not "latest"`, `ties "earliest", not "shared"`}},
		{new(Board).UnmarshalJSON([]byte(`{"board":"c","order":"up"}`)), ErrInvalid, []string{"board c", "order must be desc or asc"}},
		{new(Board).UnmarshalJSON([]byte(`{"order":"up"}`)), ErrInvalid, []string{"order must be desc or asc, not \"up\""}},
		{new(Board).UnmarshalJSON([]byte(`{"board":"c","archive":"3 days"}`)), ErrInvalid, []string{"board c: archive must be a duration", "672h"}},
		{func() error { _, err := e.Top(ctx, List{Board: "b"}, "x", 1); return err }(), ErrInvalid, []string{"after must be the next of a page"}},
	} {
		reason, ok := Reason(test.err)
		if !errors.Is(test.err, test.kind) || !ok || len(reason) > 300 || strings.Contains(test.err.Error(), "leaderboard: ") {
			t.Errorf("got %v, want a %v that tells", test.err, test.kind)
		}
		for _, says := range test.says {
			if !strings.Contains(reason, says) {
				t.Errorf("%q does not say %q", reason, says)
			}
		}
	}
}

func TestALineThatCannotBeAnEntryIsNamedAndAMarkBeforeTheFirstIsSkipped(t *testing.T) {
	const at = "2026-03-01T00:00:00Z"
	for _, test := range []struct {
		format     Format
		text, says string
	}{
		{NDJSON, "\xef\xbb\xbf" + `{"player":"a","score":1,"at":"` + at + `"}`, ""},
		{CSV, "\xef\xbb\xbfplayer,score,at,shoe\na,1," + at + ",42\n", ""},
		{NDJSON, "\n" + `{"player":"a","score":1.5,"at":"` + at + `"}`, "line 2: score must be a whole number"},
		{NDJSON, `{"player":"a","score":1,"at":"` + at + `","nmae":"Ann"}`, `line 1: unknown field "nmae"`},
		{NDJSON, `{"player":"a","score":1,"at":"` + at + `"} x`, "line 1: more than one"},
		{NDJSON, `{"player":"a","score":1,"at":"today"}`, "line 1: at must be a time such as 2026-03-01T00:00:00Z, not today"},
		{CSV, "player,score,at\na,1.5," + at + "\n", "line 2: score must be a whole number"},
		{CSV, "player,score,at\na,1,today\n", "line 2: at must be a time"},
		{CSV, "player,score,at\na,1\n", "line 2: "},
		{CSV, "name,score,at\n", `line 1: there is no column "player"`},
	} {
		var got []int
		err := ReadEntries(strings.NewReader(test.text), test.format, func(line int, e Entry) error {
			if e.Player != "a" || e.Score != 1 {
				t.Errorf("%q: read %+v", test.text, e)
			}
			got = append(got, line)
			return nil
		})
		if reason, _ := Reason(err); test.says == "" && (err != nil || !slices.Equal(got, []int{1 + int(test.format)})) || !strings.HasPrefix(reason, test.says) || test.says != "" && !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: lines %v, %v, want %q", test.text, got, err, test.says)
		}
	}
}
