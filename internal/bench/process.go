package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// process is a program whose use of the machine is measured.
type process struct{ *exec.Cmd }

// clockTick is the unit of CPU time in /proc: USER_HZ, which is 100 on every Linux.
const clockTick = 10 * time.Millisecond

// cpu is what the process has used so far, in user and kernel mode.
func (p process) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The name, in parentheses, may hold spaces: fields are counted from its end.
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	return ticks(fields[11:13])
}

// resident is the memory that the process really has, without what is its file's: its code is the
// same for all connections, and comes in as it is first run.
func (p process) resident() (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kb << 10, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no RssAnon", p.Process.Pid)
}

// end kills the process: nothing of it is kept, and matches would be played to their end.
func (p process) end() {
	_ = p.Process.Kill()
	_ = p.Wait()
}

// machine is what all processes have used so far, and what they could have.
type machine struct{ used, whole time.Duration }

func readMachine() (m machine, err error) {
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		return m, err
	}
	line, _, _ := strings.Cut(string(b), "\n")
	fields := strings.Fields(line)[1:9] // user nice system idle iowait irq softirq steal
	if m.whole, err = ticks(fields); err != nil {
		return m, err
	}
	m.used, err = ticks(fields[:3])
	return m, err
}

// ticks adds up times as /proc has them.
func ticks(fields []string) (sum time.Duration, err error) {
	for _, f := range fields {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n) * clockTick
	}
	return sum, nil
}
