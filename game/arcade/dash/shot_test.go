package dash_test

import (
	"testing"

	"parlor/game"
	"parlor/game/arcade/dash"
	"parlor/game/rewind"
	pb "parlor/proto/arcade/dash/v1"
)

// latest is a view of the newest that there is: more than a shooter can have.
const latest = 1 << 20

// shoot fires and answers who was hurt by it.
func shoot(t *testing.T, m *match, seat game.Seat, aim, view uint32) (hurt []int) {
	t.Helper()
	do(t, m, seat, &pb.Act{Fire: true, Aim: aim, View: view})
	v := m.View(game.Watcher)
	if p := v.Players[seat]; p.FireAt != v.Tick+dash.Reload || p.Aim != aim {
		t.Fatalf("at tick %d the shot did not fall: %v", v.Tick, p)
	}
	for i, p := range v.Players {
		if p.StunEnd == v.Tick+1+dash.StunTicks && p.HurtBy == uint32(seat)+1 {
			hurt = append(hurt, i)
		}
	}
	return hurt
}

// only tells whether seat and nobody else is in hurt; -1 wants nobody.
func only(hurt []int, seat int) bool {
	return seat < 0 && len(hurt) == 0 || len(hurt) == 1 && hurt[0] == seat
}

func TestAShotHitsTheFirstInItsWay(t *testing.T) {
	for name, c := range map[string]struct {
		others []dash.Placed
		aim    uint32
		want   int
	}{
		"ahead":                  {[]dash.Placed{{X: 500}}, 0, 1},
		"behind":                 {[]dash.Placed{{X: -500}}, 0, -1},
		"to the side":            {[]dash.Placed{{Y: 500}}, 64, 1},
		"aslant":                 {[]dash.Placed{{X: -300, Y: -300}}, 160, 1},
		"just touched":           {[]dash.Placed{{X: 500, Y: dash.Body}}, 0, 1},
		"just missed":            {[]dash.Placed{{X: 500, Y: dash.Body + 1}}, 0, -1},
		"just touched above":     {[]dash.Placed{{X: 500, Y: -dash.Body}}, 0, 1},
		"just missed above":      {[]dash.Placed{{X: 500, Y: -dash.Body - 1}}, 0, -1},
		"as far as it reaches":   {[]dash.Placed{{X: dash.Reach}}, 0, 1},
		"too far":                {[]dash.Placed{{X: dash.Reach + 1}}, 0, -1},
		"the nearer of two":      {[]dash.Placed{{X: 500}, {X: 400, Y: 30}}, 0, 2},
		"past one at the side":   {[]dash.Placed{{X: 500}, {X: 400, Y: 200}}, 0, 1},
		"the lower seat of two ": {[]dash.Placed{{X: 500, Y: 10}, {X: 500, Y: -10}}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			m := fight(t, append([]dash.Placed{{}}, c.others...)...)
			if hurt := shoot(t, m, 0, c.aim, latest); !only(hurt, c.want) {
				t.Errorf("hurt %v, want %d", hurt, c.want)
			}
		})
	}
}

func TestAShotComesFromWhereTheShooterIsAfterThisTick(t *testing.T) {
	m := fight(t, dash.Placed{}, dash.Placed{X: 30, Y: 500})
	do(t, m, 0, &pb.Act{Go: true, Fire: true, Aim: 64, View: latest})
	if p := of(m, 1); p.HurtBy != 1 {
		t.Errorf("missed: %v", p)
	}
}

func TestAShotThrowsTheHitAlongAndSpillsPoints(t *testing.T) {
	for points, lost := range map[int]int{0: 0, 2: 2, dash.Spill: dash.Spill, 20: dash.Spill} {
		m := fight(t, dash.Placed{}, dash.Placed{X: 400, Points: points})
		before := len(m.View(0).Pellets)
		if hurt := shoot(t, m, 0, 0, latest); !only(hurt, 1) {
			t.Fatalf("hurt %v", hurt)
		}
		v := m.View(0)
		p := v.Players[1]
		if int(p.Points) != points-lost || len(v.Pellets)-before != lost || p.Heading != 0 || v.Players[0].Points != 0 {
			t.Errorf("of %d points %d are left, and %d pellets fell; thrown to %d", points, p.Points, len(v.Pellets)-before, p.Heading)
		}
		for _, pellet := range v.Pellets[before:] {
			dx, dy := int(pellet.X-p.X), int(pellet.Y-p.Y)
			if way := dash.Root(dx*dx + dy*dy); way < dash.EatReach || way > 140 || dx > 16 {
				t.Errorf("a pellet fell at (%d, %d) from him", dx, dy)
			}
		}
		m.Run(1)
		if n := len(m.View(0).Pellets) - before; n != lost {
			t.Errorf("a tick later %d pellets are left of %d", n, lost)
		}
	}
}

func TestSpilledPelletsAreBounded(t *testing.T) {
	var pellets []int
	for range dash.MaxPellets - 1 {
		pellets = append(pellets, 0, -1500)
	}
	m := scene(t, pellets, dash.Placed{}, dash.Placed{X: 400, Points: 20})
	m.Run(dash.ProtectTicks)
	shoot(t, m, 0, 0, latest)
	if v := m.View(0); len(v.Pellets) != dash.MaxPellets || v.Players[1].Points != 20-dash.Spill {
		t.Errorf("%d pellets, %d points", len(v.Pellets), v.Players[1].Points)
	}
}

func TestTwoWhoShootEachOtherAreBothHit(t *testing.T) {
	m := fight(t, dash.Placed{Points: 3}, dash.Placed{X: 400, Points: 3})
	atOnce(t, m, 0, &pb.Act{Fire: true, View: latest}, 1, &pb.Act{Fire: true, Aim: 128, View: latest})
	if a, b := of(m, 0), of(m, 1); a.HurtBy != 2 || b.HurtBy != 1 || a.Points != 0 || b.Points != 0 {
		t.Errorf("%v and %v", a, b)
	}
}

func TestOneWhoIsHitTwiceInATickIsHurtOnce(t *testing.T) {
	m := fight(t, dash.Placed{X: -400}, dash.Placed{X: 400}, dash.Placed{Points: 9})
	atOnce(t, m, 1, &pb.Act{Fire: true, Aim: 128, View: latest}, 0, &pb.Act{Fire: true, View: latest})
	if p := of(m, 2); p.HurtBy != 1 || p.Points != 9-dash.Spill {
		t.Errorf("%v", p)
	}
}

func TestWhoIsShovedAndShotInATickIsHurtOnce(t *testing.T) {
	m := fight(t, dash.Placed{X: -150}, dash.Placed{X: 400}, dash.Placed{Points: 9})
	atOnce(t, m, 0, &pb.Act{Dash: true}, 1, &pb.Act{Fire: true, Aim: 128, View: latest})
	if p := of(m, 2); p.HurtBy != 1 || p.Points != 9 {
		t.Errorf("%v", p)
	}
}

// crossing is a match in which seat 1 has walked down past seat 0, 400 to its right, for 40 ticks: at
// tick 40 it is just beside it, and each sixteenth of a tick it goes a unit on.
func crossing(t *testing.T) *match {
	t.Helper()
	m := scene(t, nil, dash.Placed{}, dash.Placed{X: 400, Y: -40 * dash.WalkSpeed, Heading: 64})
	do(t, m, 1, &pb.Act{Heading: 64, Go: true})
	m.Run(39)
	if p := of(m, 1); p.X != 400 || p.Y != 0 || dash.WalkSpeed != rewind.Unit || dash.Body != 4*rewind.Unit {
		t.Fatalf("at tick %d: %v", m.Sim().Now(), p)
	}
	return m
}

func TestAShotIsJudgedByWhatTheShooterSaw(t *testing.T) {
	// The shot falls in tick 47, when the other is out of the way. He was in it up to tick 44.
	for view, hit := range map[uint32]bool{
		latest: false, 47 * 16: false, 46 * 16: false, 44*16 + 1: false, 44 * 16: true, 43*16 + 9: true, 42 * 16: true, 0: true,
	} {
		m := crossing(t)
		m.Run(6)
		if hurt := shoot(t, m, 0, 0, view); (len(hurt) == 1) != hit {
			t.Errorf("seen at %d/16 of tick %d: hurt %v, want %v", view%16, view/16, hurt, hit)
		}
	}
}

func TestNobodySeesFartherBackThanAQuarterOfASecond(t *testing.T) {
	for tick, hit := range map[int]bool{47: true, 48: true, 49: true, 50: false, 51: false} {
		m := crossing(t)
		m.Run(tick - 41)
		if hurt := shoot(t, m, 0, 0, 40*16); (len(hurt) == 1) != hit {
			t.Errorf("fired in tick %d, seen at 40: hurt %v, want %v", tick, hurt, hit)
		}
	}
}

func TestWhoIsSeenProtectedIsShotThrough(t *testing.T) {
	m := fight(t, dash.Placed{}, dash.Placed{X: 300}, dash.Placed{X: 600}, dash.Placed{X: 300, Y: 400})
	if hurt := shoot(t, m, 3, 192, latest); !only(hurt, 1) {
		t.Fatalf("hurt %v", hurt)
	}
	if hurt := shoot(t, m, 0, 0, latest); !only(hurt, 2) {
		t.Errorf("hurt %v, want seat 2 behind the protected", hurt)
	}
}

func TestAShotAtWhoWasHurtSinceItWasSeenIsLost(t *testing.T) {
	m := fight(t, dash.Placed{}, dash.Placed{X: 300, Points: 9}, dash.Placed{X: 600}, dash.Placed{X: 300, Y: 400})
	seen := uint32(m.Sim().Now()) * rewind.Unit
	if hurt := shoot(t, m, 3, 192, latest); !only(hurt, 1) {
		t.Fatalf("hurt %v", hurt)
	}
	m.Run(1)
	if hurt := shoot(t, m, 0, 0, seen); !only(hurt, -1) || of(m, 1).Points != 9-dash.Spill {
		t.Errorf("hurt %v, %d points left", hurt, of(m, 1).Points)
	}
}

func TestAShotTooEarlyDoesNothing(t *testing.T) {
	m := fight(t, dash.Placed{}, dash.Placed{Y: 500})
	shoot(t, m, 0, 0, latest)
	for range dash.Reload - 1 {
		do(t, m, 0, &pb.Act{Fire: true, Aim: 64, View: latest})
	}
	if p := of(m, 1); p.HurtBy != 0 {
		t.Fatalf("hurt at tick %d", m.Sim().Now())
	}
	if hurt := shoot(t, m, 0, 64, latest); !only(hurt, 1) {
		t.Errorf("hurt %v", hurt)
	}
}
