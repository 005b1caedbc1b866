package ws

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// errQuiet says that nothing more has come.
var errQuiet = errors.New("ws: nothing has come")

// seated is a socket that a room owns.
type seated struct {
	taken   bool
	fd      int
	drained bool      // nothing more was there at this tick
	come    []byte    // what has come, but was not read yet
	end     error     // what comes after it
	rest    []byte    // of the one frame that the kernel did not take whole
	stuck   time.Time // since when
	broken  error     // why a write failed; the next Poll tells
}

// take takes the socket out of Go's poller, which would wake a thread for all that comes. It
// answers false if it cannot: what is not plain TCP must be read by who can wait.
func (s *socket) take() bool {
	tcp, ok := s.Conn.(*net.TCPConn)
	if !ok {
		return false
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return false
	}
	fd := -1
	if err := raw.Control(func(from uintptr) { fd = duplicate(from) }); err != nil || fd < 0 {
		return false
	}
	_ = tcp.Close() // the socket lives on in its duplicate
	s.taken, s.fd, s.drained = true, fd, false
	return true
}

func duplicate(fd uintptr) int {
	to, _, errno := syscall.Syscall(syscall.SYS_FCNTL, fd, syscall.F_DUPFD_CLOEXEC, 0)
	if errno != 0 {
		return -1
	}
	return int(to)
}

// giveBack undoes take.
func (s *socket) giveBack() error {
	file := os.NewFile(uintptr(s.fd), "")
	defer file.Close()
	s.taken = false
	conn, err := net.FileConn(file)
	if err != nil {
		return err // s.Conn is closed, and says so to whoever tries
	}
	s.Conn = conn
	return s.broken
}

// receive reads what is there.
func (s *socket) receive(b []byte) (int, error) {
	switch {
	case len(s.come) > 0:
		n := copy(b, s.come)
		s.come = s.come[n:]
		return n, nil
	case s.end != nil:
		return 0, s.end
	case s.drained:
		return 0, errQuiet
	}
	for {
		// No entersyscall: the call does not wait, so no other goroutine needs our place meanwhile.
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
		if errno == syscall.EINTR {
			continue
		}
		if s.arrived(int(n), len(b), errno); n > 0 && errno == 0 {
			return int(n), nil
		}
		if s.end != nil {
			return 0, s.end
		}
		return 0, errQuiet
	}
}

// arrived notes what became of a read: n of at most so many bytes, or none because of errno.
func (s *socket) arrived(n, most int, errno syscall.Errno) {
	switch {
	case errno == syscall.EAGAIN || errno == syscall.EINTR:
		s.drained = true
	case errno != 0:
		s.end = os.NewSyscallError("read", errno)
	case n == 0:
		s.end = io.EOF
	default:
		s.drained = n < most
	}
}

// lay is how long the newest bytes lay in the kernel: what Linux has in tcp_info as
// tcpi_last_data_recv, in milliseconds, as exact as its clock ticks.
func (s *socket) lay() time.Duration {
	const lastDataReceived = 52
	var info [lastDataReceived + 4]byte
	size := uint32(len(info))
	_, _, errno := syscall.RawSyscall6(syscall.SYS_GETSOCKOPT, uintptr(s.fd), syscall.IPPROTO_TCP, syscall.TCP_INFO,
		uintptr(unsafe.Pointer(&info)), uintptr(unsafe.Pointer(&size)), 0)
	if errno != 0 || int(size) < len(info) {
		return 0
	}
	return time.Duration(binary.NativeEndian.Uint32(info[lastDataReceived:])) * time.Millisecond
}

// send writes what the kernel takes of b at once.
func (s *socket) send(b []byte) {
	for {
		n, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, uintptr(s.fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)),
			syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, 0, 0)
		if errno == syscall.EINTR {
			continue
		}
		s.sent(b, int(n), errno)
		return
	}
}

// sent notes what became of b: n bytes of it were taken, or none because of errno.
func (s *socket) sent(b []byte, n int, errno syscall.Errno) {
	switch {
	case errno == 0 && n == len(b):
		s.rest, s.stuck = s.rest[:0], time.Time{}
		return
	case errno == syscall.EAGAIN:
		n = 0
	case errno != 0:
		s.broken = os.NewSyscallError("send", errno)
		return
	}
	s.rest = append(s.rest[:0], b[n:]...)
	if s.stuck.IsZero() || n > 0 {
		s.stuck = time.Now()
	}
}
