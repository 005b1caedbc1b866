package wire_test

import (
	"testing"

	"parlor/game/arcade/snakes"
	snakesv1 "parlor/proto/arcade/snakes/v1"
)

func TestSize(t *testing.T) {
	p := planOf(t, (&snakesv1.World{}).ProtoReflect().Descriptor())
	views := match(t, snakes.Game, 30, 400, 1200)
	n, whole := 0, 0
	for i := 2; i < len(views); i++ {
		n += len(p.AppendDelta(nil, read(t, p, views[i-2]), read(t, p, views[i-1]), read(t, p, views[i])))
		whole += len(views[i])
	}
	t.Logf("delta %.1f whole %d", float64(n)/float64(len(views)-2), whole/(len(views)-2))
}
