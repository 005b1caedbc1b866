package ws

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"

	"parlor/net/session"
)

// ring is an io_uring: two queues that the kernel shares with us, of what it is to do and of what
// has become of it. What a tick receives, and what it sends, is entered in one call; since none of it
// may wait, all is done when that returns. See io_uring(7) and io_uring_enter(2).
type ring struct {
	fd          int
	memory      []byte // both queues
	entriesMem  []byte
	entries     []entry
	tail        *uint32 // of the submission queue; ours to move
	mask        uint32
	array       []uint32 // which entry stands where in the queue
	completions []completion
	head        *uint32 // of the completion queue; ours to move
	filled      *uint32 // its tail; the kernel's
	doneMask    uint32
	using       [ringSize][]byte // by the call: the kernel's address of it is not one that the collector knows
	reading     [ringSize]*conn
	in          [ringSize][readBuffer]byte
}

// ringSize is how many sockets go into one call. A tick with more takes several.
const ringSize = 64

// The numbers of io_uring, from linux/io_uring.h. The system calls have the same on all processors.
const (
	sysSetup, sysEnter = 425, 426
	atEntries          = 0x10000000
	oneMapping         = 1 << 0 // feature: both queues in one mapping
	opSend, opReceive  = 26, 27
	enterGetEvents     = 1 << 0
)

// entry is struct io_uring_sqe: what to do.
type entry struct {
	op, flags byte
	_         uint16
	fd        int32
	_         uint64
	addr      uint64
	length    uint32
	sendFlags uint32
	user      uint64
	_         [3]uint64
}

// completion is struct io_uring_cqe: what became of it.
type completion struct {
	user  uint64
	res   int32
	flags uint32
}

// params is struct io_uring_params.
type params struct {
	sqEntries, cqEntries, flags, cpu, idle, features, wq uint32
	_                                                    [3]uint32
	sq                                                   struct{ head, tail, mask, entries, flags, dropped, array, _, _, _ uint32 }
	cq                                                   struct{ head, tail, mask, entries, overflow, cqes, flags, _, _, _ uint32 }
}

// newRings makes one ring for each processor, tried out. It fails where the kernel has none, or
// does not let us use them, as in many containers.
func newRings() (chan *ring, error) {
	n := runtime.GOMAXPROCS(0)
	rings := make(chan *ring, n)
	for range n {
		r, err := newRing()
		if err == nil {
			rings <- r
			err = r.try()
		}
		if err != nil {
			for range len(rings) {
				(<-rings).close()
			}
			return nil, err
		}
	}
	return rings, nil
}

func newRing() (*ring, error) {
	var p params
	fd, _, errno := syscall.Syscall(sysSetup, ringSize, uintptr(unsafe.Pointer(&p)), 0)
	if errno != 0 {
		return nil, os.NewSyscallError("io_uring_setup", errno)
	}
	r := &ring{fd: int(fd)}
	if p.features&oneMapping == 0 {
		r.close()
		return nil, errors.New("this kernel's io_uring is too old")
	}
	size := max(int(p.sq.array)+int(p.sqEntries)*4, int(p.cq.cqes)+int(p.cqEntries)*int(unsafe.Sizeof(completion{})))
	var err error
	if r.memory, err = r.mapping(0, size); err != nil {
		return nil, err
	}
	if r.entriesMem, err = r.mapping(atEntries, int(p.sqEntries)*int(unsafe.Sizeof(entry{}))); err != nil {
		return nil, err
	}
	at := func(offset uint32) unsafe.Pointer { return unsafe.Pointer(&r.memory[offset]) }
	r.tail, r.mask = (*uint32)(at(p.sq.tail)), *(*uint32)(at(p.sq.mask))
	r.array = unsafe.Slice((*uint32)(at(p.sq.array)), p.sqEntries)
	r.head, r.filled, r.doneMask = (*uint32)(at(p.cq.head)), (*uint32)(at(p.cq.tail)), *(*uint32)(at(p.cq.mask))
	r.completions = unsafe.Slice((*completion)(at(p.cq.cqes)), p.cqEntries)
	r.entries = unsafe.Slice((*entry)(unsafe.Pointer(&r.entriesMem[0])), p.sqEntries)
	return r, nil
}

func (r *ring) mapping(offset int64, size int) ([]byte, error) {
	b, err := syscall.Mmap(r.fd, offset, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_POPULATE)
	if err != nil {
		r.close()
		return nil, os.NewSyscallError("mmap", err)
	}
	return b, nil
}

func (r *ring) close() {
	for _, m := range [][]byte{r.memory, r.entriesMem} {
		if m != nil {
			_ = syscall.Munmap(m)
		}
	}
	_ = syscall.Close(r.fd)
}

// try sends a byte through the ring.
func (r *ring) try() error {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socketpair", err)
	}
	defer syscall.Close(pair[0])
	defer syscall.Close(pair[1])
	var res int32
	r.put(0, opSend, pair[0], []byte{1})
	if err := r.enter(1, func(_ int, n int32) { res = n }); err != nil {
		return err
	}
	if res < 0 {
		return os.NewSyscallError("send", syscall.Errno(-res))
	}
	return nil
}

// send sends each frame to its socket.
func (r *ring) send(frames []session.Frame) {
	for len(frames) > 0 {
		some := frames[:min(len(frames), ringSize)]
		frames = frames[len(some):]
		for i, f := range some {
			r.put(i, opSend, f.Conn.(*conn).socket.fd, framed(f.Bytes))
		}
		err := r.enter(len(some), func(i int, res int32) {
			n, errno := outcome(res)
			some[i].Conn.(*conn).socket.sent(r.using[i], n, errno)
		})
		if err != nil {
			for _, f := range some {
				f.Conn.(*conn).socket.broken = err
			}
		}
		clear(r.using[:len(some)])
	}
}

// receive leaves with each connection what has come on it. One that has something left to read is
// passed over: its own reads take what comes after that.
func (r *ring) receive(conns []session.RoomConn) {
	for len(conns) > 0 {
		n := 0
		for ; len(conns) > 0 && n < ringSize; conns = conns[1:] {
			if c := conns[0].(*conn); c.in.Buffered() == 0 {
				r.reading[n] = c
				r.put(n, opReceive, c.socket.fd, r.in[n][:])
				n++
			}
		}
		err := r.enter(n, func(i int, res int32) {
			n, errno := outcome(res)
			s := r.reading[i].socket
			s.arrived(n, readBuffer, errno)
			if n > 0 {
				s.come = r.in[i][:n]
				_, _ = r.reading[i].in.Peek(1) // moves all of it into the connection's own buffer
			}
		})
		for i := range n {
			if err != nil {
				r.reading[i].socket.broken = err
			}
			r.reading[i], r.using[i] = nil, nil
		}
	}
}

func outcome(res int32) (n int, errno syscall.Errno) {
	if res < 0 {
		return 0, syscall.Errno(-res)
	}
	return int(res), 0
}

// put readies the i-th thing of a call.
func (r *ring) put(i int, op byte, fd int, b []byte) {
	r.using[i] = b
	r.entries[i] = entry{
		op: op, fd: int32(fd), addr: uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))), length: uint32(len(b)),
		sendFlags: syscall.MSG_DONTWAIT | syscall.MSG_NOSIGNAL, user: uint64(i),
	}
	r.array[(*r.tail+uint32(i))&r.mask] = uint32(i)
}

// enter has the kernel do the n things that were put, and tells what became of each.
func (r *ring) enter(n int, done func(i int, res int32)) error {
	if n == 0 {
		return nil
	}
	atomic.StoreUint32(r.tail, *r.tail+uint32(n))
	for submit, left := n, n; left > 0; {
		// No entersyscall, as in receive: nothing in it waits.
		got, _, errno := syscall.RawSyscall6(sysEnter, uintptr(r.fd), uintptr(submit), uintptr(left), enterGetEvents, 0, 0)
		if errno != 0 && errno != syscall.EINTR && errno != syscall.EAGAIN {
			return os.NewSyscallError("io_uring_enter", errno)
		}
		if errno == 0 {
			submit -= int(got)
		} else {
			runtime.Gosched() // the kernel is short of something: others may give it back
		}
		head, filled := *r.head, atomic.LoadUint32(r.filled)
		for ; head != filled; head++ {
			c := &r.completions[head&r.doneMask]
			done(int(c.user), c.res)
			left--
		}
		atomic.StoreUint32(r.head, head)
	}
	return nil
}
