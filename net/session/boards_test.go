package session_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"parlor/game"
	"parlor/matchmaking"
	"parlor/net/session"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

func readBoard(c *pb.ReadBoard) *pb.Call { return &pb.Call{Kind: &pb.Call_ReadBoard{ReadBoard: c}} }

// library is a server whose boards a test makes up.
func library(read func(ctx context.Context, player string, c *pb.ReadBoard) (*pb.Board, error)) session.Config {
	return session.Config{
		Games: []game.Kind{solo}, Rules: map[matchmaking.Name]matchmaking.Rule{{Game: "solo"}: {Min: 1, Max: 1}}, Logger: quietly(), Boards: read,
	}
}

func TestABoardIsReadWhileThePlayerGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openWith(t, library(func(ctx context.Context, player string, c *pb.ReadBoard) (*pb.Board, error) {
			switch c.Board {
			case "slow":
				<-ctx.Done()
				return nil, wire.Errorf(pb.Code_CODE_UNAVAILABLE, "too late")
			case "broken":
				panic("a store with a fault")
			}
			return &pb.Board{Board: c.Board, Count: int64(c.Limit), Entries: []*pb.Entry{{Rank: 1, Player: player}}}, nil
		}))
		ann := h.guest()
		ann.play("solo")
		slow := ann.call(readBoard(&pb.ReadBoard{Board: "slow"}))
		ann.mark(1)
		ann.until("1 seen", func() bool { return len(ann.board) == 2 })
		if ann.is(func() bool { return ann.replies[slow] != nil }) {
			t.Error("answered before the boards were")
		}
		fast := ann.call(readBoard(&pb.ReadBoard{Board: "points"}))
		ann.until("a board", func() bool { return ann.replies[fast].GetBoard() != nil })
		if b := ann.replies[fast].Board; b.Count != 10 || b.Entries[0].Player != ann.player {
			t.Errorf("read %v", b)
		}
		ann.until("too late", func() bool { return ann.replies[slow].GetError().GetCode() == pb.Code_CODE_UNAVAILABLE })
		if code := ann.ask(readBoard(&pb.ReadBoard{Board: "broken"})); code != pb.Code_CODE_INTERNAL {
			t.Errorf("a fault: %v", code)
		}
		time.Sleep(time.Second)
		if code := ann.ask(readBoard(&pb.ReadBoard{Limit: 51})); code != pb.Code_CODE_BAD_REQUEST {
			t.Errorf("51 entries: %v", code)
		}
		var code pb.Code
		for range 8 {
			code = ann.ask(readBoard(&pb.ReadBoard{Board: "points"}))
		}
		if code != pb.Code_CODE_RATE_LIMITED {
			t.Errorf("the eighth at once: %v", code)
		}
		ann.fair()
	})
}

func TestReadsOfBoardsAreBoundedForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := openWith(t, library(func(ctx context.Context, _ string, _ *pb.ReadBoard) (*pb.Board, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}))
		for range 16 {
			p := h.guest()
			for range 4 {
				p.call(readBoard(&pb.ReadBoard{}))
			}
		}
		synctest.Wait()
		late := h.guest()
		if code := late.ask(readBoard(&pb.ReadBoard{})); code != pb.Code_CODE_UNAVAILABLE {
			t.Errorf("the 65th: %v", code)
		}
		time.Sleep(3 * time.Second)
		if code := late.ask(readBoard(&pb.ReadBoard{})); code != pb.Code_CODE_INTERNAL {
			t.Errorf("once there is room: %v", code)
		}
	})
}

func TestAPlayerHearsOnceThatHisResultsArePosted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, nil)
		ann := h.guest()
		h.server.Posted("nobody", "points")
		h.server.Posted(ann.player, "points", "week")
		posted := func() (boards []string) {
			for _, item := range ann.items {
				boards = append(boards, item.GetPosted().GetBoards()...)
			}
			return boards
		}
		ann.until("both", func() bool { return slices.Equal(posted(), []string{"points", "week"}) })
		ann.is(func() bool { ann.silent = true; return true })
		for range 100 {
			h.server.Posted(ann.player, "points")
		}
		synctest.Wait()
		if n := ann.count(); n > 3 {
			t.Errorf("%d items for one who acknowledges none", n)
		}
		if code := ann.ask(readBoard(&pb.ReadBoard{})); code != pb.Code_CODE_NOT_FOUND {
			t.Errorf("where no boards are kept: %v", code)
		}
	})
}
