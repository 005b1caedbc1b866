package leaderboard

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// kept is a board as a store keeps it: its description made ready, and where its periods were ended by hand.
// It is never changed; a change makes another.
type kept struct {
	Board
	cuts    []int64 // unix seconds, rising
	periods periods
	bits    uint  // of a packed score, for the ticks
	limit   int64 // of scores
	text    string
}

// keptJSON is what text holds. Stores compare it as text, so it is written in one way only.
type keptJSON struct {
	Board Board   `json:"board"`
	Cuts  []int64 `json:"cuts,omitempty"`
}

func newKept(b Board, cuts []int64) (*kept, error) {
	b = b.complete()
	p, err := b.Calendar.parse()
	if err != nil {
		return nil, tell(ErrInvalid, "board %s: %v", b.Name, err)
	}
	k := &kept{Board: b, cuts: cuts, periods: p, bits: b.tickBits(p)}
	if err := b.check(k.bits); err != nil {
		return nil, tell(ErrInvalid, "board %s: %v", b.Name, err)
	}
	k.limit = limitOf(k.bits)
	text, err := json.Marshal(keptJSON{b, cuts})
	if err != nil {
		return nil, fmt.Errorf("board %s: %w", b.Name, err)
	}
	k.text = string(text)
	return k, nil
}

// parseKept reads a board as a store has kept it. What is wrong with it is not the caller's fault, so it is ErrNamespace and
// nothing else.
func parseKept(text string) (*kept, error) {
	var j keptJSON
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrNamespace, text, err)
	}
	k, err := newKept(j.Board, j.Cuts)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %v", ErrNamespace, text, err)
	}
	return k, nil
}

// redefined is the board under another description. Of a board that is there only how much of it is kept
// may change: anything else would make other scores of those that it has.
func (k *kept) redefined(b Board) (*kept, error) {
	b = b.complete()
	same := k.Board
	same.Archive, same.Size = b.Archive, b.Size
	if b != same {
		return nil, tell(ErrMismatch, "board %s is there, and otherwise: %s; only its archive and size can change", b.Name, same.unlike(b))
	}
	return newKept(b, k.cuts)
}

// unlike names what another description has otherwise.
func (b Board) unlike(other Board) string {
	var all []string
	for _, field := range []struct{ name, has, wants string }{
		{"order", b.Order.String(), other.Order.String()}, {"operator", b.Operator.String(), other.Operator.String()},
		{"ties", b.Ties.String(), other.Ties.String()}, {"tick", b.Tick.String(), other.Tick.String()},
		{"period", b.Period, other.Period}, {"zone", b.Zone, other.Zone}, {"start", b.Start, other.Start},
		{"regional", fmt.Sprint(b.Regional), fmt.Sprint(other.Regional)},
	} {
		if field.has != field.wants {
			all = append(all, fmt.Sprintf("it has %s %q, not %q", field.name, field.has, field.wants))
		}
	}
	return strings.Join(all, ", ")
}

// span is the period that a time lies in: the calendar's, split where periods were ended by hand.
func (k *kept) span(at time.Time) Span {
	s := k.periods.at(at)
	if k.periods.unit == forever && at.Before(s.Start) {
		at = s.Start
	}
	for _, cut := range k.cuts {
		switch c := time.Unix(cut, 0).UTC(); {
		case !s.Contains(c):
		case c.After(at):
			s.End = c
			return s
		default:
			s.Start = c
		}
	}
	return s
}

// cut ends the period that at lies in, with the second that at lies in: what was reached earlier in that second is in the old
// period already, and must lie before its end. A period that ends then anyway is left as it is.
func (k *kept) cut(at time.Time) (Span, *kept, error) {
	s := k.span(at)
	end := at.UTC().Truncate(time.Second).Add(time.Second)
	if !end.After(s.Start) {
		return Span{}, nil, tell(ErrInvalid, "board %s: its first period begins only at %s", k.Name, s.Start.Format(time.RFC3339))
	}
	if !s.Contains(end) {
		return s, k, nil
	}
	cuts := append(slices.Clone(k.cuts), end.Unix())
	slices.Sort(cuts)
	next, err := newKept(k.Board, cuts)
	return Span{s.Start, end}, next, err
}

// until is when a period is forgotten; zero: never.
func (k *kept) until(s Span) time.Time {
	if s.End.IsZero() {
		return time.Time{}
	}
	return s.End.Add(k.Archive)
}

// over tells whether a period has been forgotten by now.
func (k *kept) over(s Span, now time.Time) bool {
	until := k.until(s)
	return !until.IsZero() && !now.Before(until)
}

// share is how many entries one of several shards keeps of a period with a Size. Players are spread over
// shards like dice, so a shard keeps six standard deviations more than its share: none of the best
// Size is trimmed. 0: all.
func (k *kept) share(shards int) int {
	if k.Size == 0 || shards == 1 {
		return k.Size
	}
	mean := float64(k.Size) / float64(shards)
	return min(k.Size, int(math.Ceil(mean+6*math.Sqrt(mean)))+16)
}
