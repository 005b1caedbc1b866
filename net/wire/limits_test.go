package wire_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

func TestAFrameIsHeldAgainstTheLimits(t *testing.T) {
	body := func(sizes ...int) *pb.Inputs {
		in := &pb.Inputs{FirstSeq: 1}
		for _, n := range sizes {
			in.Body = append(in.Body, make([]byte, n))
		}
		return in
	}
	calls := func(n int) (calls []*pb.Call) {
		for id := range uint32(n) {
			calls = append(calls, &pb.Call{Id: id + 1})
		}
		return calls
	}
	for name, test := range map[string]struct {
		frame *pb.ClientFrame
		code  pb.Code // 0: it is taken
	}{
		"empty":              {&pb.ClientFrame{}, 0},
		"an empty input":     {&pb.ClientFrame{Inputs: body(0)}, 0},
		"the largest input":  {&pb.ClientFrame{Inputs: body(512)}, 0},
		"an input too large": {&pb.ClientFrame{Inputs: body(513)}, pb.Code_CODE_TOO_LARGE},
		"the last too large": {&pb.ClientFrame{Inputs: body(1, 1, 600)}, pb.Code_CODE_TOO_LARGE},
		"64 inputs":          {&pb.ClientFrame{Inputs: body(make([]int, 64)...)}, 0},
		"65 inputs":          {&pb.ClientFrame{Inputs: body(make([]int, 65)...)}, pb.Code_CODE_TOO_LARGE},
		"16 calls":           {&pb.ClientFrame{Calls: calls(16)}, 0},
		"17 calls":           {&pb.ClientFrame{Calls: calls(17)}, pb.Code_CODE_RATE_LIMITED},
	} {
		b, err := proto.Marshal(test.frame)
		if err != nil {
			t.Fatal(err)
		}
		f, err := wire.DecodeClient(b)
		if got := codeOf(err); got != test.code {
			t.Errorf("%s: %v, want %v", name, err, test.code)
		}
		if test.code == 0 && !proto.Equal(f, test.frame) {
			t.Errorf("%s: decoded as %v", name, f)
		}
		if test.code != 0 && f != nil {
			t.Errorf("%s: refused, and yet decoded", name)
		}
	}
}

func codeOf(err error) pb.Code {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e.Code
	}
	return 0
}

// hostile are frames of up to wire.FrameBytes that mean to cost more than they are.
var hostile = map[string][]byte{
	"calls without number":    bytes.Repeat([]byte{0x2a, 0x00}, 2048),
	"inputs without number":   slices.Concat([]byte{0x0a, 0xfd, 0x1f}, bytes.Repeat([]byte{0x12, 0x00}, 2046), []byte{0x12}),
	"inputs merged":           bytes.Repeat([]byte{0x0a, 0x02, 0x12, 0x00}, 1024),
	"hellos merged":           bytes.Repeat([]byte{0x82, 0x01, 0x00}, 1365),
	"a call of many kinds":    slices.Concat([]byte{0x2a, 0xfd, 0x1f}, bytes.Repeat([]byte{0x12, 0x00}, 2046), []byte{0x12}),
	"groups within groups":    bytes.Repeat([]byte{0x0b}, 4096),
	"groups that end":         slices.Concat(bytes.Repeat([]byte{0x9b, 0x06}, 1000), bytes.Repeat([]byte{0x9c, 0x06}, 1000)),
	"unknown fields":          bytes.Repeat([]byte{0x98, 0x06, 0x01}, 1365),
	"a length beyond the end": {0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f},
	"a length of 2^63":        {0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
	"a varint without end":    bytes.Repeat([]byte{0xff}, 4096),
	"field 0":                 {0x00, 0x00},
	"a name that is no text":  {0x82, 0x01, 0x04, 0x22, 0x02, 0xff, 0xfe},
	"cut short":               {0x0a, 0x04, 0x08, 0x01, 0x12},
}

// TestHostileFramesCostLittle bounds what a frame of 4 KB allocates, whatever is in it. A client
// may send eight such frames a second.
func TestHostileFramesCostLittle(t *testing.T) {
	for name, b := range hostile {
		if len(b) > wire.FrameBytes {
			t.Fatalf("%s: %d bytes do not go into a frame", name, len(b))
		}
		if got := allocated(func() { _, _ = wire.DecodeClient(b) }); got > 512<<10 {
			t.Errorf("%s: %d bytes allocated for %d", name, got, len(b))
		}
		if f, err := wire.DecodeClient(b); err == nil && (len(f.Calls) > wire.CallsPerFrame || len(f.GetInputs().GetBody()) > wire.InputsPerFrame) {
			t.Errorf("%s: taken", name)
		}
	}
}

// allocated is how many bytes do allocates.
func allocated(do func()) uint64 {
	const times = 50
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		do()
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / times
}

func FuzzDecodeClient(f *testing.F) {
	for _, b := range hostile {
		f.Add(b)
	}
	for _, frame := range []*pb.ClientFrame{
		{Hello: &pb.Hello{Client: "parlor-ts/0.1", Auth: &pb.Hello_Resume{Resume: &pb.Resume{Session: "s", Token: "t", LastItem: 7}}}},
		{Inputs: &pb.Inputs{FirstSeq: 1, Body: [][]byte{{8, 1}, {}}}, AckTick: 5, AckItem: 6, Ping: &pb.Ping{T: 1}},
		{Calls: []*pb.Call{{Id: 1, Kind: &pb.Call_JoinQueue{JoinQueue: &pb.JoinQueue{Game: "snakes"}}}, {Id: 2}}, Away: &pb.Away{Back: true}},
	} {
		b, err := proto.Marshal(frame)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > wire.FrameBytes {
			return // cut off before it is decoded
		}
		frame, err := wire.DecodeClient(b)
		if err != nil {
			if e, ok := errors.AsType[*wire.Error](err); !ok || frame != nil || wire.AfterClose(wire.CloseCode(e.Code)) == wire.Resume {
				t.Fatalf("%v, %v: not an error that a client can be closed with", frame, err)
			}
			return
		}
		again, err := proto.Marshal(frame)
		if err != nil {
			t.Fatalf("what was decoded cannot be encoded: %v", err)
		}
		if len(again) > 2*len(b)+16 {
			t.Fatalf("%d bytes became %d", len(b), len(again))
		}
		twice, err := wire.DecodeClient(again)
		if err != nil || !proto.Equal(frame, twice) {
			t.Fatalf("decoded again: %v, %v; was %v", twice, err, frame)
		}
	})
}

func TestABucketHoldsItsBurstAndFillsAtItsRate(t *testing.T) {
	start := time.Unix(1000, 0)
	b := wire.Bucket{Rate: 10, Burst: 5}
	for _, step := range []struct {
		after time.Duration
		n     float64
		ok    bool
	}{
		{0, 5, true},                       // full from the start
		{0, 1, false},                      // and then empty
		{99 * time.Millisecond, 1, false},  // not yet
		{100 * time.Millisecond, 1, true},  // what is refused takes nothing
		{150 * time.Millisecond, 1, false}, // half a token
		{200 * time.Millisecond, 1, true},  // the other half
		{10 * time.Second, 5.5, false},     // never more than the burst
		{10 * time.Second, 5, true},
		{1 << 62, 5, true}, // nor does a century break it
		{1<<62 + 1, 1, false},
		{1<<62 + time.Second/10 + 1, 1, true},
	} {
		if got := b.Take(start.Add(step.after), step.n); got != step.ok {
			t.Errorf("at %v: %v tokens: %v, want %v", step.after, step.n, got, step.ok)
		}
	}
}

func TestABucketLetsNoMoreThroughThanItSays(t *testing.T) {
	for seed := range uint64(50) {
		dice := rand.New(rand.NewPCG(seed, 0))
		b := wire.Bucket{Rate: 1 + 100*dice.Float64(), Burst: 1 + 100*dice.Float64()}
		now, taken := time.Unix(1000, 0), 0.0
		begin := now
		for range 5000 {
			now = now.Add(time.Duration(dice.ExpFloat64() * float64(10*time.Millisecond)))
			if n := 1 + dice.Float64(); b.Take(now, n) {
				taken += n
			}
		}
		most := b.Burst + b.Rate*now.Sub(begin).Seconds()
		if taken > most+1e-6 {
			t.Errorf("seed %d: %v tokens, want at most %v", seed, taken, most)
		}
		if few := b.Rate * now.Sub(begin).Seconds() / 2; taken < min(few, 5000) {
			t.Errorf("seed %d: only %v tokens of %v", seed, taken, most)
		}
	}
}

func TestEveryCodeTellsTheClientWhatToDo(t *testing.T) {
	for number, name := range pb.Code_name {
		code := pb.Code(number)
		if got, want := wire.CodeName(code), strings.TrimPrefix(name, "CODE_"); got != want {
			t.Errorf("the name of %v is %s, want %s", code, got, want)
		}
		if code == pb.Code_CODE_UNSPECIFIED {
			continue
		}
		closed := wire.CloseCode(code)
		want := map[int]wire.Retry{41: wire.Stop, 42: wire.StartOver, 43: wire.Later}
		do, ok := want[closed/100]
		if !ok || closed != 4000+int(number) {
			t.Errorf("%v closes with %d, in no range that tells what to do", code, closed)
			continue
		}
		if got := wire.AfterClose(closed); got != do {
			t.Errorf("after %d: %v, want %v", closed, got, do)
		}
	}
	for _, code := range []int{0, 1000, 1001, 1005, 1006, 1009, 3000, 4000, 4099, 4400, 4999, -1} {
		if got := wire.AfterClose(code); got != wire.Resume {
			t.Errorf("after %d: %v, want to resume", code, got)
		}
	}
	if got := wire.CodeName(pb.Code(77)); got != "77" {
		t.Errorf("the name of an unknown code is %q", got)
	}
}

func TestOnlyOurErrorsReachAClient(t *testing.T) {
	ours := wire.Errorf(pb.Code_CODE_ROOM_FULL, "no free %s", "seat")
	if got := wire.ToError(fmt.Errorf("join: %w", ours)); got != ours {
		t.Errorf("wrapped: %v", got)
	}
	got := wire.ToError(errors.New("dial tcp 10.0.0.1: password is hunter2"))
	if got.Code != pb.Code_CODE_INTERNAL || strings.Contains(got.Message, "hunter2") {
		t.Errorf("another's error is told: %v", got)
	}
	if p := ours.Proto(); p.Code != pb.Code_CODE_ROOM_FULL || p.Message != "no free seat" || p.RetryMs != 0 {
		t.Errorf("as a message: %v", p)
	}
	if p := (&wire.Error{Retry: 1500 * time.Millisecond}).Proto(); p.RetryMs != 1500 {
		t.Errorf("as a message: %v", p)
	}
	if p := (*wire.Error)(nil).Proto(); p != nil {
		t.Errorf("no error as a message: %v", p)
	}
	if got := ours.Error(); got != "ROOM_FULL: no free seat" {
		t.Errorf("as text: %s", got)
	}
}

func TestASnapshotTravelsWhole(t *testing.T) {
	s := wire.Snapshot{Tick: 7, Step: 3, View: []byte{1, 2}}
	var f pb.ServerFrame
	s.Put(&f, new(wire.Baseline), false)
	if f.Tick != 7 || f.Step != 3 || !bytes.Equal(f.View, s.View) || f.Hash != 0 {
		t.Errorf("frame %v", &f)
	}
	if s.Put(&f, new(wire.Baseline), true); f.Hash != wire.ViewHash(s.View) {
		t.Errorf("hash %d", f.Hash)
	}
	empty := wire.Snapshot{Tick: 1, View: []byte{}}
	var g pb.ServerFrame
	empty.Put(&g, new(wire.Baseline), true)
	b, err := wire.AppendServer([]byte{9}, &g)
	if err != nil || b[0] != 9 {
		t.Fatal(b, err)
	}
	var back pb.ServerFrame
	if err := proto.Unmarshal(b[1:], &back); err != nil || back.View == nil || back.Hash == 0 {
		t.Errorf("a view of nothing is still a view with a hash: %v, %v", &back, err)
	}
}
