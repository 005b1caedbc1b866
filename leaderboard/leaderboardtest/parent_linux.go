package leaderboardtest

import (
	"os/exec"
	"syscall"
)

// dieWithParent ends the process with the test's, also when that is killed and runs no cleanup.
func dieWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
