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
// has become of it. The sends of a tick are entered in one call; since none of them may wait, all
// are done when it returns. See io_uring(7) and io_uring_enter(2).
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
	sending     [ringSize][]byte
}

// ringSize is how many sends go into one call. A tick with more takes several.
const ringSize = 64

// The numbers of io_uring, from linux/io_uring.h. The system calls have the same on all processors.
const (
	sysSetup, sysEnter = 425, 426
	atEntries          = 0x10000000
	oneMapping         = 1 << 0 // feature: both queues in one mapping
	opSend             = 26
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
	r.put(0, pair[0], []byte{1})
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
			r.put(i, f.Conn.(*conn).socket.fd, framed(f.Bytes))
		}
		err := r.enter(len(some), func(i int, res int32) {
			if s := some[i].Conn.(*conn).socket; res >= 0 {
				s.sent(r.sending[i], int(res), 0)
			} else {
				s.sent(r.sending[i], 0, syscall.Errno(-res))
			}
		})
		for i, f := range some {
			if err != nil {
				f.Conn.(*conn).socket.broken = err
			}
			r.sending[i] = nil
		}
	}
}

// put readies the i-th send of a call.
func (r *ring) put(i, fd int, b []byte) {
	r.sending[i] = b // the kernel's address of it is not one that the collector knows
	r.entries[i] = entry{
		op: opSend, fd: int32(fd), addr: uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))), length: uint32(len(b)),
		sendFlags: syscall.MSG_DONTWAIT | syscall.MSG_NOSIGNAL, user: uint64(i),
	}
	r.array[(*r.tail+uint32(i))&r.mask] = uint32(i)
}

// enter has the kernel do the n sends that were put, and tells what became of each.
func (r *ring) enter(n int, done func(i int, res int32)) error {
	atomic.StoreUint32(r.tail, *r.tail+uint32(n))
	for submit, left := n, n; left > 0; {
		// No entersyscall, as in receive: nothing in it waits.
		got, _, errno := syscall.RawSyscall6(sysEnter, uintptr(r.fd), uintptr(submit), uintptr(left), enterGetEvents, 0, 0)
		if errno != 0 && errno != syscall.EINTR && errno != syscall.EAGAIN {
			return os.NewSyscallError("io_uring_enter", errno)
		}
		if errno == 0 {
			submit -= int(got)
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
