package main

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"parlor/game/arcade/tictactoe"
)

// fieldNames are the names that docs promise, those of objects in the object after a dot.
var fieldNames = strings.Fields(`
	bots connected connect_failed matches_started matches_finished matches_quit tickets tickets_matched tickets_cancelled
	tickets_declined tickets_timed_out tickets_dropped tickets_open parties accepts accepts_void resumes resume_failed
	resume_ms.p50 resume_ms.p95 link.name link.resets link.silences link.freezes starved_percent interrupted
	state_frames state_frames_expected interval_ms.p50 interval_ms.p99 interval_ms.max
	input_to_state_ms.p50 input_to_state_ms.p95 input_to_state_ms.p99 rtt_ms.p50 rtt_ms.p95 rtt_ms.p99
	queue_wait_ms.p50 queue_wait_ms.p95 down_bytes_per_player_s up_bytes_per_player_s
	frame_bytes.mean frame_bytes.p99 hash_mismatches leaks errors.TOO_SLOW pass failed`)

func namesIn(object map[string]any, prefix string) (names []string) {
	for name, v := range object {
		if inner, ok := v.(map[string]any); ok {
			names = append(names, namesIn(inner, prefix+name+".")...)
		} else {
			names = append(names, prefix+name)
		}
	}
	return names
}

func TestTheObjectHasTheFieldsThatToolsRelyOn(t *testing.T) {
	m := newMeasures()
	m.fault("TOO_SLOW")
	var out strings.Builder
	if err := m.report(config{kind: tictactoe.Game}).writeJSON(&out); err != nil {
		t.Fatal(err)
	}
	object := map[string]any{}
	if err := json.Unmarshal([]byte(out.String()), &object); err != nil {
		t.Fatal(err)
	}
	got := slices.Sorted(slices.Values(namesIn(object, "")))
	if want := slices.Sorted(slices.Values(fieldNames)); !slices.Equal(got, want) {
		t.Errorf("fields\n%v, want\n%v", got, want)
	}
}

func TestAnEmptyReportHasNoNull(t *testing.T) {
	var out strings.Builder
	if err := newMeasures().report(config{kind: tictactoe.Game}).writeJSON(&out); err != nil {
		t.Fatal(err)
	}
	if s := out.String(); strings.Contains(s, "null") || !strings.Contains(s, `"errors": {}`) || !strings.Contains(s, `"failed": []`) {
		t.Errorf("got %s", s)
	}
}

func TestTheReportSumsUp(t *testing.T) {
	m := newMeasures()
	m.connected.Add(2)
	m.noConnection(errors.New("the first"))
	m.noConnection(errors.New("the second"))
	m.bytesDown.Add(30_000)
	m.bytesUp.Add(1000)
	m.connectedFor.Add(int64(30 * time.Second))
	for range 98 {
		took(&m.rtt, 1234*time.Microsecond)
	}
	took(&m.rtt, 40*time.Millisecond)
	took(&m.rtt, 50*time.Millisecond)
	m.frameBytes.add(100)
	m.frameBytes.add(201)
	r := m.report(config{kind: tictactoe.Game, bots: 4})

	if r.Bots != 4 || r.Connected != 2 || r.ConnectFailed != 2 || r.connectErr.Error() != "the first" {
		t.Errorf("bots %d, connected %d, failed %d: %v", r.Bots, r.Connected, r.ConnectFailed, r.connectErr)
	}
	if r.DownBytesPerPlayer != 1000 || r.UpBytesPerPlayer != 33.33 {
		t.Errorf("%v bytes/s down, %v up", r.DownBytesPerPlayer, r.UpBytesPerPlayer)
	}
	if r.FrameBytes.Mean != 150.5 || r.FrameBytes.P99 != 201 {
		t.Errorf("frame bytes %+v", r.FrameBytes)
	}
	if got := r.RTT; got.P50 < 1.23 || got.P50 > 1.25 || got.P95 != got.P50 || got.P99 < 40 || got.P99 > 40.4 {
		t.Errorf("round trips %+v", got)
	}
}

func TestTheTableNamesEveryError(t *testing.T) {
	r := report{Errors: map[string]int{"LOST": 2, "REFUSED": 1}, Failed: []string{"leaks 1, over 0"}}
	var out strings.Builder
	if err := r.writeTable(&out); err != nil {
		t.Fatal(err)
	}
	for _, code := range append(slices.Collect(maps.Keys(r.Errors)), "FAILED", "leaks 1, over 0") {
		if !strings.Contains(out.String(), code) {
			t.Errorf("no %s in\n%s", code, out.String())
		}
	}
	if strings.Contains(out.String(), "PASS") {
		t.Errorf("passed:\n%s", out.String())
	}
}
