package link

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// far is the server's end of a connection.
type far struct {
	net.Conn
	came []byte
	at   []time.Duration // of each chunk, since the start
	err  error
	done chan struct{}
}

// connected is a phone with one connection, and all that its server receives until it ends.
func connected(t *testing.T, p Profile, seed uint64) (*Link, *conn, *far) {
	t.Helper()
	l := New(p, seed)
	near, server := net.Pipe()
	c := l.adopt(near)
	f := &far{Conn: server, done: make(chan struct{})}
	began := time.Now()
	go func() {
		defer close(f.done)
		b := make([]byte, 100)
		for {
			n, err := server.Read(b)
			if err != nil {
				f.err = err
				return
			}
			f.came, f.at = append(f.came, b[:n]...), append(f.at, time.Since(began))
		}
	}()
	t.Cleanup(func() {
		l.Close()
		_ = server.Close()
		<-f.done
	})
	return l, c, f
}

func write(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
}

var slow = Profile{Delay: 100 * time.Millisecond}

func TestBothDirectionsAreDelayedAndWritesDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, f := connected(t, slow, 1)
		began := time.Now()
		write(t, c, "one")
		time.Sleep(30 * time.Millisecond)
		write(t, c, "two")
		write(t, f, "back")
		if took := time.Since(began); took != 30*time.Millisecond {
			t.Errorf("the writes took %v", took)
		}
		b := make([]byte, 2)
		for _, want := range []string{"ba", "ck"} {
			n, err := c.Read(b)
			if err != nil || string(b[:n]) != want || time.Since(began) != 130*time.Millisecond {
				t.Errorf("read %q and %v after %v", b[:n], err, time.Since(began))
			}
		}
		synctest.Wait()
		if string(f.came) != "onetwo" || len(f.at) != 2 || f.at[0] != 100*time.Millisecond || f.at[1] != 130*time.Millisecond {
			t.Errorf("%q came at %v", f.came, f.at)
		}
	})
}

func TestWhatWasWrittenArrivesBeforeTheClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, f := connected(t, slow, 1)
		write(t, c, "goodbye")
		_ = c.Close()
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read after close: %v", err)
		}
		if _, err := c.Write([]byte{1}); err == nil {
			t.Error("written after close")
		}
		<-f.done
		if string(f.came) != "goodbye" || f.err != io.EOF {
			t.Errorf("%q came, then %v", f.came, f.err)
		}
	})
}

func TestTheServersEndIsSeenAfterItsLastWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, f := connected(t, slow, 1)
		write(t, f, "last")
		_ = f.Close()
		b := make([]byte, 10)
		if n, err := c.Read(b); string(b[:n]) != "last" || err != nil {
			t.Errorf("read %q and %v", b[:n], err)
		}
		if _, err := c.Read(b); err != io.EOF {
			t.Errorf("then %v", err)
		}
	})
}

func TestAResetIsSeenByBothAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, f := connected(t, slow, 1)
		write(t, c, "lost")
		c.cut(false)
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, errReset) {
			t.Errorf("read: %v", err)
		}
		if _, err := c.Write([]byte{1}); !errors.Is(err, errReset) {
			t.Errorf("write: %v", err)
		}
		<-f.done
		if len(f.came) > 0 {
			t.Errorf("%q came", f.came)
		}
	})
}

// TestASilentDeathIsSeenByNeither: the client has only its deadline, the server only its own.
func TestASilentDeathIsSeenByNeither(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, f := connected(t, slow, 1)
		write(t, c, "lost")
		write(t, f, "too")
		synctest.Wait()
		c.cut(true)
		write(t, c, "nobody reads this")
		write(t, f, "nor this")
		_ = c.SetReadDeadline(time.Now().Add(15 * time.Second))
		began := time.Now()
		if n, err := c.Read(make([]byte, 10)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != 15*time.Second {
			t.Errorf("read %d bytes and %v after %v", n, err, time.Since(began))
		}
		_ = c.Close()
		time.Sleep(time.Minute)
		select {
		case <-f.done:
			t.Errorf("the server saw %v", f.err)
		default:
		}
		if len(f.came) > 0 {
			t.Errorf("%q came", f.came)
		}
	})
}

func TestAFrozenAppDoesNothingWhileItsNetworkGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, c, f := connected(t, slow, 1)
		began := time.Now()
		write(t, c, "away")
		l.Freeze()
		time.AfterFunc(time.Minute, l.Thaw)
		write(t, f, "waits")
		wrote := make(chan time.Duration, 1)
		go func() {
			_, _ = c.Write([]byte("late"))
			wrote <- time.Since(began)
		}()
		b := make([]byte, 10)
		if n, err := c.Read(b); string(b[:n]) != "waits" || err != nil || time.Since(began) != time.Minute {
			t.Errorf("read %q and %v after %v", b[:n], err, time.Since(began))
		}
		if took := <-wrote; took != time.Minute {
			t.Errorf("wrote after %v", took)
		}
		time.Sleep(slow.Delay)
		synctest.Wait()
		if string(f.came) != "awaylate" || f.at[0] != slow.Delay || f.at[1] != time.Minute+slow.Delay {
			t.Errorf("%q came at %v", f.came, f.at)
		}
	})
}

// TestCutsBeginWithStart and hit what is open, and nothing else.
func TestCutsBeginWithStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := slow
		p.CutEvery = time.Second
		l, c, _ := connected(t, p, 1)
		time.Sleep(time.Hour)
		write(t, c, "still there")
		l.Start()
		time.Sleep(time.Minute)
		s := l.Stats()
		if s.Resets+s.Silences != 1 || s.CutAt.IsZero() {
			t.Errorf("one connection was cut so often: %+v", s)
		}
	})
}

func TestALingerOfNothingIsAReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c, f := connected(t, slow, 1)
		write(t, c, "lost")
		_ = c.SetLinger(0)
		_ = c.Close()
		<-f.done
		if len(f.came) > 0 {
			t.Errorf("%q came", f.came)
		}
	})
}
