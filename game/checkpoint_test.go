package game_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"parlor/game"
)

// busy is a match of tally with something in every part of its checkpoint.
func busy(t testing.TB) *game.Sim {
	t.Helper()
	sim := begin(t, tallyGame, 3)
	sim.Step(2, []game.Input{say(0, 500), say(2, 300), say(1, -9)})
	return sim
}

func save(t testing.TB, sim *game.Sim) []byte {
	t.Helper()
	b, err := sim.Save()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestARestoredMatchGoesOnLikeTheFirst(t *testing.T) {
	a := busy(t)
	b, err := game.Restore(tallyGame, save(t, a))
	if err != nil {
		t.Fatal(err)
	}
	if hash(t, a) != hash(t, b) || b.Now() != 2 || b.Seats() != 3 {
		t.Fatalf("restored at tick %d with %d seats", b.Now(), b.Seats())
	}
	for _, inputs := range [][]game.Input{{say(1, 4)}, nil, {say(0, 600), say(1, -1)}, {say(0, 100)}} {
		alarmA, okA := a.Alarm()
		alarmB, okB := b.Alarm()
		if alarmA != alarmB || okA != okB {
			t.Fatalf("alarms at %d and %d", alarmA, alarmB)
		}
		next := a.Now() + 10
		if okA {
			next = alarmA
		}
		a.Step(next, inputs)
		b.Step(next, inputs)
		if hash(t, a) != hash(t, b) || seen(t, a, 0) != seen(t, b, 0) {
			t.Fatalf("they differ at tick %d: %s and %s", next, seen(t, a, 0), seen(t, b, 0))
		}
	}
	ra, overA := a.Result()
	rb, overB := b.Result()
	if !overA || !overB || ra.Won(0) != rb.Won(0) {
		t.Errorf("results %+v and %+v", ra, rb)
	}
}

func TestAFinishedMatchIsRestoredWithItsEnd(t *testing.T) {
	for name, last := range map[string]game.Input{
		"by score": say(0, 100),
		"by leave": {Seat: 1, Op: game.Leave},
	} {
		a := busy(t)
		a.Step(3, []game.Input{last})
		b, err := game.Restore(tallyGame, save(t, a))
		if err != nil {
			t.Fatal(name, err)
		}
		ra, _ := a.Result()
		rb, over := b.Result()
		if !over || len(ra.Winners) != len(rb.Winners) || len(ra.Scores) != len(rb.Scores) || a.Forfeited() != b.Forfeited() {
			t.Errorf("%s: %+v (forfeited %v), restored %+v (%v)", name, ra, a.Forfeited(), rb, b.Forfeited())
		}
		if hash(t, a) != hash(t, b) {
			t.Errorf("%s: the hashes differ", name)
		}
	}
}

// What New does at the table is done once, at the start, and not again at a restore.
func TestARestoreForgetsWhatNewDid(t *testing.T) {
	k := tallyGame
	k.New = func(t *game.Tick) logic {
		t.Rand.Uint64()
		t.After(9)
		return &tally{sums: make([]int64, t.Seats())}
	}
	a := begin(t, k, 2)
	a.Step(9, nil)
	eager := k
	eager.New = func(t *game.Tick) logic { t.Score(0, 1); t.End(game.Draw()); return k.New(t) }
	b, err := game.Restore(eager, save(t, a))
	if err != nil {
		t.Fatal(err)
	}
	if _, over := b.Result(); over {
		t.Error("the restored match is over")
	}
	if at, ok := b.Alarm(); ok {
		t.Errorf("the restored match has an alarm at %d", at)
	}
	if len(b.Scores()) != 0 || hash(t, a) != hash(t, b) {
		t.Errorf("the restored match has the scores %v", b.Scores())
	}
}

func TestAGameWithoutCheckpointsSaysSo(t *testing.T) {
	sim := begin(t, scripted(script{}), 2)
	if _, err := sim.Save(); !errors.Is(err, game.ErrNoCheckpoint) {
		t.Errorf("save: %v", err)
	}
	if _, err := game.Restore(scripted(script{}), save(t, begin(t, tallyGame, 2))); !errors.Is(err, game.ErrNoCheckpoint) {
		t.Errorf("restore: %v", err)
	}
}

// half can be saved but not restored.
type half struct{ script }

func (*half) MarshalBinary() ([]byte, error) { return nil, nil }

// broken cannot be saved after all.
type broken struct{ tally }

func (*broken) MarshalBinary() ([]byte, error) { return nil, errors.New("the pen is broken") }

func TestHalfACheckpointIsNone(t *testing.T) {
	k := scripted(script{})
	k.New = func(*game.Tick) logic { return new(half) }
	sim := begin(t, k, 2)
	if _, err := sim.Save(); !errors.Is(err, game.ErrNoCheckpoint) {
		t.Errorf("save: %v", err)
	}
	hash(t, sim)
}

func TestAMatchThatCannotBeSavedHasNoHash(t *testing.T) {
	k := scripted(script{})
	k.New = func(*game.Tick) logic { return new(broken) }
	if h, err := begin(t, k, 2).Hash(); err == nil {
		t.Errorf("hash %x", h)
	}
}

// parts is a checkpoint of tally in the making.
type parts struct {
	version, seats, tick uint64
	alarms, left         []int64
	dice                 []byte
	over                 byte
	winners, scores      []int64
	rules                []byte
}

func sound(t testing.TB) parts {
	t.Helper()
	dice, err := game.NewRand(game.Seed{}).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return parts{version: 1, seats: 2, tick: 7, alarms: []int64{8, 30}, dice: dice, rules: []byte{2, 4}}
}

func (p parts) bytes() []byte {
	list := func(b []byte, list []int64) []byte {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, v := range list {
			b = binary.AppendVarint(b, v)
		}
		return b
	}
	b := binary.AppendUvarint(nil, p.version)
	b = binary.AppendUvarint(b, p.seats)
	b = binary.AppendUvarint(b, p.tick)
	b = list(list(b, p.alarms), p.left)
	b = append(binary.AppendUvarint(b, uint64(len(p.dice))), p.dice...)
	if b = append(b, p.over); p.over == 1 {
		b = list(list(b, p.winners), p.scores)
	}
	return append(binary.AppendUvarint(b, uint64(len(p.rules))), p.rules...)
}

func TestADamagedCheckpointIsRefused(t *testing.T) {
	if _, err := game.Restore(tallyGame, sound(t).bytes()); err != nil {
		t.Fatal(err)
	}
	good := save(t, busy(t))
	for n := range good {
		if _, err := game.Restore(tallyGame, good[:n]); err == nil {
			t.Errorf("the first %d of %d bytes were taken", n, len(good))
		}
	}
	if _, err := game.Restore(tallyGame, append(bytes.Clone(good), 0)); err == nil {
		t.Error("a byte more was taken")
	}
	for name, spoil := range map[string]func(*parts){
		"another version":      func(p *parts) { p.version = 2 },
		"no seats":             func(p *parts) { p.seats = 0 },
		"too many seats":       func(p *parts) { p.seats = 5 },
		"seats below zero":     func(p *parts) { p.seats = 1<<64 - 1 },
		"a tick below zero":    func(p *parts) { p.tick = 1<<64 - 1 },
		"an alarm in the past": func(p *parts) { p.alarms = []int64{7} },
		"alarms out of order":  func(p *parts) { p.alarms = []int64{30, 8} },
		"an alarm twice":       func(p *parts) { p.alarms = []int64{8, 8} },
		"too many alarms": func(p *parts) {
			p.alarms = p.alarms[:0]
			for i := range int64(game.MaxAlarms + 1) {
				p.alarms = append(p.alarms, 8+i)
			}
		},
		"left, but it goes on":      func(p *parts) { p.left = []int64{0} },
		"no dice":                   func(p *parts) { p.dice = nil },
		"damaged dice":              func(p *parts) { p.dice = p.dice[1:] },
		"dice with half-read bytes": func(p *parts) { p.dice = []byte("readbuf:\xff") },
		"neither over nor not":      func(p *parts) { p.over = 2 },
		"a winner of no seat":       func(p *parts) { p.over, p.winners = 1, []int64{2} },
		"a winner twice":            func(p *parts) { p.over, p.winners = 1, []int64{0, 0} },
		"too few scores":            func(p *parts) { p.over, p.scores = 1, []int64{3} },
		"rules that are cut":        func(p *parts) { p.rules = p.rules[:1] },
	} {
		p := sound(t)
		spoil(&p)
		if _, err := game.Restore(tallyGame, p.bytes()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// seatedClub is a club with checkpoints.
type seatedClub struct{ club }

func (*seatedClub) MarshalBinary() ([]byte, error) { return nil, nil }
func (*seatedClub) UnmarshalBinary([]byte) error   { return nil }

func TestAGameThatIsJoinedIsRestoredWithAllItsSeats(t *testing.T) {
	k := clubGame
	k.New = func(*game.Tick) logic { return new(seatedClub) }
	p := sound(t)
	p.rules, p.seats = nil, 3
	if _, err := game.Restore(k, p.bytes()); err == nil {
		t.Error("3 of 4 seats were taken")
	}
	p.seats = 4
	if _, err := game.Restore(k, p.bytes()); err != nil {
		t.Error(err)
	}
}

// A checkpoint that is taken makes a match that plays.
func FuzzRestore(f *testing.F) {
	f.Add(save(f, busy(f)))
	f.Add(sound(f).bytes())
	ended := busy(f)
	ended.Step(3, []game.Input{say(0, 100)})
	f.Add(save(f, ended))
	f.Add([]byte{1, 2})
	f.Fuzz(func(t *testing.T, b []byte) {
		sim, err := game.Restore(tallyGame, b)
		if err != nil {
			return
		}
		again, err := game.Restore(tallyGame, save(t, sim))
		if err != nil || hash(t, again) != hash(t, sim) {
			t.Fatalf("what was restored cannot be saved and restored: %v", err)
		}
		if sim.Now() < 1<<62 {
			sim.Step(sim.Now()+1, []game.Input{say(0, 5), say(1, -1), {Seat: 1, Op: game.Leave}})
			seen(t, sim, 0)
		}
	})
}
