package dash_test

import (
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/gametest"
	pb "parlor/proto/arcade/dash/v1"
)

type match = gametest.Match[*pb.Act, *pb.World]

// scene plays a table that the test has laid.
func scene(t *testing.T, pellets []int, placed ...dash.Placed) *match {
	t.Helper()
	return gametest.Play(t, dash.Scene(pellets, placed...), len(placed))
}

// fight is a scene without pellets, past the time in which nobody can be hurt.
func fight(t *testing.T, placed ...dash.Placed) *match {
	t.Helper()
	m := scene(t, nil, placed...)
	m.Run(dash.ProtectTicks)
	return m
}

func of(m *match, seat int) *pb.Player { return m.View(game.Watcher).Players[seat] }

func do(t *testing.T, m *match, seat game.Seat, in *pb.Act) {
	t.Helper()
	if err := m.Do(seat, in); err != nil {
		t.Fatal(err)
	}
}

// atOnce lets several things be done in one tick, or none: seat, act, seat, act, ... After it the
// match goes on with atOnce only.
func atOnce(t *testing.T, m *match, acts ...any) {
	t.Helper()
	var inputs []game.Input
	for i := 0; i < len(acts); i += 2 {
		body, err := proto.Marshal(acts[i+1].(*pb.Act))
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, game.Input{Seat: game.Seat(acts[i].(int)), Seq: uint32(i) + 1, Body: body})
	}
	if refused := m.Sim().Step(m.Sim().Now()+1, inputs); len(refused) > 0 {
		t.Fatal(refused[0].Err)
	}
}

func TestPlayersStartApartAndFaceTheMiddle(t *testing.T) {
	for players := 2; players <= 8; players++ {
		v := gametest.Play(t, dash.Game, players).View(0)
		for i, p := range v.Players {
			if off := dash.Towards(dash.Bearing(int(-p.X), int(-p.Y)), int(p.Heading)); off < -1 || off > 1 {
				t.Errorf("%d players: %v does not face the middle", players, p)
			}
			for _, q := range v.Players[:i] {
				if dx, dy := p.X-q.X, p.Y-q.Y; dx*dx+dy*dy < 700*700 {
					t.Errorf("%d players: %v and %v start side by side", players, p, q)
				}
			}
		}
		if len(v.Players) != players || len(v.Pellets) != dash.Ambient || v.Tick != 0 {
			t.Errorf("%d players, %d pellets at tick %d", len(v.Players), len(v.Pellets), v.Tick)
		}
	}
}

func TestAMatchLastsNinetySecondsAndTheMostPointsWin(t *testing.T) {
	m := scene(t, nil, dash.Placed{X: 500, Points: 7}, dash.Placed{X: -500, Points: 9}, dash.Placed{Y: 500, Points: 9})
	m.Run(90*20 - 1)
	if m.Over() {
		t.Fatal("it is over too soon")
	}
	m.Run(1)
	r := m.Result()
	if !slices.Equal(r.Scores, []int64{7, 9, 9}) || !slices.Equal(r.Winners, []game.Seat{1, 2}) {
		t.Errorf("scores %v, won by %v", r.Scores, r.Winners)
	}
}

func TestAHeadingOverAFullTurnIsRefused(t *testing.T) {
	m := gametest.Play(t, dash.Game, 2)
	for _, in := range []*pb.Act{{Heading: 256, Go: true, Dash: true}, {Aim: 1 << 31, Fire: true, View: 3}} {
		if err := m.Do(0, in); err == nil {
			t.Errorf("%v was taken", in)
		}
	}
	if err := m.Do(0, &pb.Act{Heading: 255, Aim: 255}); err != nil {
		t.Error(err)
	}
	m.Run(40) // what was refused must not show later either
}

func TestAWishHoldsUntilTheNextOne(t *testing.T) {
	m := scene(t, nil, dash.Placed{X: -500}, dash.Placed{Y: 900})
	do(t, m, 0, &pb.Act{Heading: 64, Go: true})
	m.Run(9)
	if p := of(m, 0); p.X != -500 || p.Y != 10*dash.WalkSpeed || p.Heading != 64 {
		t.Errorf("after 10 ticks: %v", p)
	}
	do(t, m, 0, &pb.Act{Heading: 100})
	m.Run(9)
	if p := of(m, 0); p.X != -500 || p.Y != 10*dash.WalkSpeed || p.Heading != 100 {
		t.Errorf("told to stand: %v", p)
	}
}

func TestADashIsForOneTickAndIsNotLostInABurstOfInputs(t *testing.T) {
	m := scene(t, nil, dash.Placed{X: -500}, dash.Placed{Y: 900})
	atOnce(t, m, 0, &pb.Act{Heading: 64, Dash: true}, 0, &pb.Act{Fire: true, Aim: 5}, 0, &pb.Act{Heading: 0, Go: true, Aim: 77})
	if p := of(m, 0); p.X != -500+dash.DashSpeed || p.DashAt != 1+dash.DashCooldown || p.FireAt != 1+dash.Reload || p.Aim != 5 {
		t.Errorf("after the burst: %v", p)
	}
	for range dash.DashCooldown + 20 {
		atOnce(t, m)
	}
	if p := of(m, 0); p.DashAt != 1+dash.DashCooldown || p.FireAt != 1+dash.Reload {
		t.Errorf("it dashes or fires again by itself: %v", p)
	}
}

func TestADashShovesWhoItTouches(t *testing.T) {
	m := fight(t, dash.Placed{X: -400}, dash.Placed{X: -200, Y: 30}, dash.Placed{X: -200, Y: 400})
	do(t, m, 0, &pb.Act{Dash: true})
	m.Run(1)
	hit := m.View(0).Tick
	p := of(m, 1)
	if p.HurtBy != 1 || p.StunEnd != hit+1+dash.StunTicks {
		t.Fatalf("not shoved in the second tick: %v", p)
	}
	if want := uint32(dash.Bearing(-200-(-400+2*dash.DashSpeed), 30)); p.Heading != want {
		t.Errorf("it is thrown to %d, want %d", p.Heading, want)
	}
	x, y := int(p.X), int(p.Y)
	for range dash.StunTicks {
		do(t, m, 1, &pb.Act{Heading: 128, Go: true, Dash: true, Fire: true})
	}
	p = of(m, 1)
	if way := dash.Root((int(p.X)-x)*(int(p.X)-x) + (int(p.Y)-y)*(int(p.Y)-y)); way < 140 || way > 148 || p.DashAt != 0 || p.FireAt != 0 {
		t.Errorf("stunned, it went %d units: %v", way, p)
	}
	do(t, m, 1, &pb.Act{Heading: 128, Go: true})
	if now := of(m, 1); now.X != p.X-dash.WalkSpeed || now.Y != p.Y {
		t.Errorf("it does not come round: %v", now)
	}
	if far := of(m, 2); far.HurtBy != 0 {
		t.Errorf("who was not touched is hurt: %v", far)
	}
}

func TestWalkingShovesNobody(t *testing.T) {
	m := fight(t, dash.Placed{X: -300}, dash.Placed{X: -100})
	do(t, m, 0, &pb.Act{Go: true})
	m.Run(20)
	if a, b := of(m, 0), of(m, 1); a.X != -300+21*dash.WalkSpeed || b.X != -100 || a.HurtBy+b.HurtBy != 0 {
		t.Errorf("%v and %v", a, b)
	}
}

func TestTwoWhoDashIntoEachOtherAreBothThrownBack(t *testing.T) {
	m := fight(t, dash.Placed{X: -150}, dash.Placed{X: 150, Heading: 128})
	atOnce(t, m, 0, &pb.Act{Dash: true}, 1, &pb.Act{Heading: 128, Dash: true})
	atOnce(t, m)
	a, b := of(m, 0), of(m, 1)
	if a.HurtBy != 2 || b.HurtBy != 1 || a.Heading != 128 || b.Heading != 0 {
		t.Fatalf("%v and %v", a, b)
	}
	for range dash.StunTicks {
		atOnce(t, m)
	}
	if c, d := of(m, 0), of(m, 1); c.X != a.X-dash.SlideTicks*dash.SlideSpeed || d.X != b.X+dash.SlideTicks*dash.SlideSpeed {
		t.Errorf("they slid from %d and %d to %d and %d", a.X, b.X, c.X, d.X)
	}
}

func TestWhoStandsOnTheSameSpotIsShovedAhead(t *testing.T) {
	m := fight(t, dash.Placed{X: -dash.DashSpeed}, dash.Placed{})
	do(t, m, 0, &pb.Act{Dash: true})
	if p := of(m, 1); p.HurtBy != 1 || p.Heading != 0 {
		t.Errorf("%v", p)
	}
}

func TestNobodyIsHurtInTheFirstSecond(t *testing.T) {
	m := scene(t, nil, dash.Placed{X: -300}, dash.Placed{X: 0, Points: 5})
	m.Run(dash.ProtectTicks - 6)
	do(t, m, 0, &pb.Act{Dash: true, Fire: true, View: 1 << 20})
	m.Run(4)
	if p := of(m, 1); p.HurtBy != 0 || p.Points != 5 {
		t.Errorf("at tick %d: %v", m.Sim().Now(), p)
	}
}

func TestWhoWasHurtIsProtectedForAWhile(t *testing.T) {
	m := fight(t, dash.Placed{X: -500}, dash.Placed{X: -200})
	do(t, m, 0, &pb.Act{Fire: true, View: 1 << 20})
	hurt := of(m, 1).StunEnd
	if hurt == 0 {
		t.Fatal("the shot missed")
	}
	for of(m, 1).StunEnd == hurt {
		if m.Sim().Now() > 200 {
			t.Fatal("never hurt again")
		}
		do(t, m, 0, &pb.Act{Fire: true, View: 1 << 20})
	}
	// The shot falls each reload ticks: the first that can hurt is the third.
	if got := of(m, 1).StunEnd - hurt; got != 2*dash.Reload || dash.Reload >= dash.StunTicks+dash.ProtectTicks {
		t.Errorf("hurt again after %d ticks", got)
	}
}

func TestAPelletIsAPoint(t *testing.T) {
	m := scene(t, []int{160, 16}, dash.Placed{X: 160 - 5*dash.WalkSpeed - 70}, dash.Placed{Y: 900})
	if first := m.View(0).Pellets[0]; first.Id != 0 || first.X != 160 || first.Y != 16 {
		t.Fatalf("the pellet is %v", first)
	}
	do(t, m, 0, &pb.Act{Go: true})
	m.Run(3)
	if got := of(m, 0).Points; got != 0 {
		t.Fatalf("%d points out of reach", got)
	}
	m.Run(1)
	v := m.View(0)
	if v.Players[0].Points != 1 || len(v.Pellets) != dash.Ambient {
		t.Errorf("%d points, %d pellets", v.Players[0].Points, len(v.Pellets))
	}
	if first := v.Pellets[0]; first.Id != 0 || (first.X == 160 && first.Y == 16) {
		t.Errorf("after it was eaten the pellet is %v", first)
	}
}

func TestTheNearerGetsThePellet(t *testing.T) {
	m := scene(t, []int{0, 0, 800, 0, -800, 0},
		dash.Placed{X: -70}, dash.Placed{X: 60},
		dash.Placed{X: 800, Y: 50}, dash.Placed{X: 800, Y: -50},
		dash.Placed{X: -800, Y: dash.EatReach + 1}, dash.Placed{X: -800, Y: -dash.EatReach})
	m.Run(1)
	for seat, want := range []uint32{0, 1, 1, 0, 0, 1} {
		if got := of(m, seat).Points; got != want {
			t.Errorf("seat %d has %d points, want %d", seat, got, want)
		}
	}
}

func TestWhoIsStunnedEatsNothing(t *testing.T) {
	m := scene(t, []int{144, 0}, dash.Placed{X: -400}, dash.Placed{X: 0})
	m.Run(dash.ProtectTicks)
	do(t, m, 0, &pb.Act{Fire: true, View: 1 << 20})
	for range dash.StunTicks {
		m.Run(1)
		if p := of(m, 1); p.Points != 0 {
			t.Fatalf("%v ate at tick %d", p, m.Sim().Now())
		}
	}
	m.Run(1)
	if p := of(m, 1); p.Points != 1 {
		t.Errorf("%v does not eat after its stun", p)
	}
}

func TestTheHeaviestViewIsSmall(t *testing.T) {
	v := dash.HeaviestView()
	size := proto.Size(v)
	t.Logf("%d bytes", size)
	if len(v.Players) != 8 || len(v.Pellets) != dash.MaxPellets || size > 1500 {
		t.Errorf("%d bytes for %d players and %d pellets", size, len(v.Players), len(v.Pellets))
	}
}

func TestATickAndAViewAllocateNothing(t *testing.T) {
	sim := playBots(t, 8, 300, nil)
	body, err := proto.Marshal(&pb.Act{Heading: 9, Go: true, Dash: true, Fire: true, Aim: 200, View: 9999})
	if err != nil {
		t.Fatal(err)
	}
	var inputs []game.Input
	for seat := range game.Seat(8) {
		inputs = append(inputs, game.Input{Seat: seat, Body: body})
	}
	buf := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(200, func() {
		sim.Step(sim.Now()+1, inputs)
		if buf, err = sim.AppendView(buf[:0], game.Watcher); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
