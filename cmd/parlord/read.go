package main

import (
	"context"
	"errors"
	"time"

	"parlor/leaderboard"
	"parlor/net/wire"
	pb "parlor/proto/parlor/v1"
)

// boardsFrom is how clients read boards.
func boardsFrom(store leaderboard.Reads) func(context.Context, string, *pb.ReadBoard) (*pb.Board, error) {
	return func(ctx context.Context, player string, c *pb.ReadBoard) (*pb.Board, error) {
		l := leaderboard.List{Board: c.Board, Region: c.Region}
		if c.PeriodMs != 0 {
			l.Period = time.UnixMilli(c.PeriodMs)
		}
		var page leaderboard.Page
		var err error
		switch {
		case c.Around:
			page, err = store.Around(ctx, l, player, int(c.Limit-1)/2)
		case len(c.Players) > 0:
			page, err = store.Players(ctx, l, c.Players)
		default:
			page, err = store.Top(ctx, l, c.After, int(c.Limit))
		}
		if err != nil {
			return nil, refusal(err)
		}
		return toBoard(c.Board, page), nil
	}
}

func toBoard(name string, p leaderboard.Page) *pb.Board {
	b := &pb.Board{Board: name, StartMs: unixMs(p.Start), EndMs: unixMs(p.End), Count: p.Count, Next: p.Next}
	for _, e := range p.Entries {
		b.Entries = append(b.Entries, &pb.Entry{
			Rank: e.Rank, Player: e.Player, Name: e.Name, Score: e.Score, AtMs: unixMs(e.At), Region: e.Region, Match: e.Match,
		})
	}
	return b
}

// unixMs is 0 for no time.
func unixMs(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// refusal gives the errors of a store the codes that clients know.
func refusal(err error) error {
	for _, known := range []struct {
		err  error
		code pb.Code
		text string
	}{
		{leaderboard.ErrNoBoard, pb.Code_CODE_NOT_FOUND, "no such board"},
		{leaderboard.ErrNotFound, pb.Code_CODE_NOT_FOUND, "you have no entry there"},
		{leaderboard.ErrInvalid, pb.Code_CODE_BAD_REQUEST, "there can be no such board, region, period, cursor or player"},
		{leaderboard.ErrUnavailable, pb.Code_CODE_UNAVAILABLE, "the boards do not answer just now"},
		{context.DeadlineExceeded, pb.Code_CODE_UNAVAILABLE, "the boards do not answer in time"},
	} {
		if errors.Is(err, known.err) {
			return wire.Errorf(known.code, "%s", known.text)
		}
	}
	return err
}
