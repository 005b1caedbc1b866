package ws_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"parlor/net/ws"
	pb "parlor/proto/parlor/v1"
)

func TestTheHandshakeIsRefusedWithItsStatus(t *testing.T) {
	refused := map[string]int{}
	var mu sync.Mutex
	h := open(t, ws.Config{
		Origins: []string{"Games.example", "other.example:8443"},
		Refused: func(why string) { mu.Lock(); refused[why]++; mu.Unlock() },
	}, nil)
	for name, test := range map[string]struct {
		header http.Header
		status int
	}{
		"nothing special":         {nil, 101},
		"our subprotocol":         {http.Header{"Sec-Websocket-Protocol": {"parlor.v1"}}, 101},
		"ours among others":       {http.Header{"Sec-Websocket-Protocol": {"chat, parlor.v1"}}, 101},
		"another subprotocol":     {http.Header{"Sec-Websocket-Protocol": {"parlor.v2"}}, 400},
		"our own origin":          {http.Header{"Origin": {"http://" + h.addr}}, 101},
		"an origin on the list":   {http.Header{"Origin": {"https://games.EXAMPLE"}}, 101},
		"one with its port":       {http.Header{"Origin": {"https://other.example:8443"}}, 101},
		"one with another port":   {http.Header{"Origin": {"https://other.example"}}, 403},
		"one that ends like it":   {http.Header{"Origin": {"https://evil-games.example"}}, 403},
		"one that begins like it": {http.Header{"Origin": {"https://games.example.evil"}}, 403},
		"the null origin":         {http.Header{"Origin": {"null"}}, 403},
		"an origin that is none":  {http.Header{"Origin": {"http://%zz"}}, 403},
		"user and host":           {http.Header{"Origin": {"https://games.example@evil"}}, 403},
		"no upgrade":              {http.Header{"Upgrade": {"h2c"}}, 400},
		"another version":         {http.Header{"Sec-Websocket-Version": {"8"}}, 400},
		"compression":             {http.Header{"Sec-Websocket-Extensions": {"permessage-deflate"}}, 101},
	} {
		x, resp := h.dialRaw(t, test.header)
		if resp.StatusCode != test.status {
			t.Errorf("%s: HTTP %d, want %d", name, resp.StatusCode, test.status)
		}
		asked := strings.Contains(test.header.Get("Sec-Websocket-Protocol"), "parlor.v1")
		if got := resp.Header.Get("Sec-Websocket-Protocol"); asked != (got == "parlor.v1") {
			t.Errorf("%s: subprotocol %q", name, got)
		}
		if got := resp.Header.Get("Sec-Websocket-Extensions"); got != "" {
			t.Errorf("%s: extension %q", name, got)
		}
		if resp.StatusCode == 101 {
			x.frame(guestHello())
			x.next()
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if refused["subprotocol"] != 1 || refused["upgrade"] != 8 {
		t.Errorf("counted %v, want 1 subprotocol and 8 upgrade", refused)
	}
}

func TestAnyOriginIsFineWhereTheOperatorSaysSo(t *testing.T) {
	h := open(t, ws.Config{Origins: []string{"*"}}, nil)
	if _, resp := h.dialRaw(t, http.Header{"Origin": {"https://anywhere"}}); resp.StatusCode != 101 {
		t.Errorf("HTTP %d, want 101", resp.StatusCode)
	}
}

func TestAnAddressHasSoManyConnectionsAndNoMore(t *testing.T) {
	h := open(t, ws.Config{ConnsPerIP: 3}, nil)
	var all []*raw
	for range 3 {
		x, _ := h.greeted(t)
		all = append(all, x)
	}
	for range 3 {
		if _, resp := h.dialRaw(t, nil); resp.StatusCode != 429 {
			t.Errorf("HTTP %d, want 429", resp.StatusCode)
		}
	}
	_ = all[0].conn.Close()
	waitFor(t, "room for another", func() bool {
		x, resp := h.dialRaw(t, nil)
		_ = x.conn.Close()
		return resp.StatusCode == 101
	})
	all[1].alive() // and those who were there notice nothing
	all[2].alive()
	// A handshake that fails counts no more either.
	waitFor(t, "the one before gone", func() bool { _, connected := h.server.Counts(); return connected == 2 })
	for range 5 {
		h.dialRaw(t, http.Header{"Origin": {"https://evil"}})
	}
	waitFor(t, "room for another", func() bool {
		x, resp := h.dialRaw(t, nil)
		_ = x.conn.Close()
		return resp.StatusCode == 101
	})
}

// TestTheClientsAddressIsFoundBehindTrustedProxiesOnly counts connections per address, one being
// allowed, through requests that come from 127.0.0.1.
func TestTheClientsAddressIsFoundBehindTrustedProxiesOnly(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	for name, test := range map[string]struct {
		trusted       []netip.Prefix
		first, second []string // X-Forwarded-For of two connections
		same          bool     // they count as one address
	}{
		"none trusted":               {nil, []string{"1.1.1.1"}, []string{"2.2.2.2"}, true},
		"two clients":                {trusted, []string{"1.1.1.1"}, []string{"2.2.2.2"}, false},
		"one client":                 {trusted, []string{"1.1.1.1"}, []string{"1.1.1.1"}, true},
		"what a client made up":      {trusted, []string{"9.9.9.9, 1.1.1.1"}, []string{"8.8.8.8, 1.1.1.1"}, true},
		"two proxies":                {trusted, []string{"1.1.1.1, 10.0.0.1"}, []string{"2.2.2.2, 10.0.0.1"}, false},
		"in two headers":             {trusted, []string{"1.1.1.1", "10.0.0.1"}, []string{"1.1.1.1", "10.0.0.2"}, true},
		"nothing told":               {trusted, nil, nil, true},
		"no address":                 {trusted, []string{"unknown"}, []string{"hidden"}, true},
		"one network of IPv6":        {trusted, []string{"2001:db8:1:2::1"}, []string{"2001:db8:1:2:ffff::2"}, true},
		"two networks of IPv6":       {trusted, []string{"2001:db8:1:2::1"}, []string{"2001:db8:1:3::1"}, false},
		"IPv4 in IPv6":               {trusted, []string{"::ffff:1.1.1.1"}, []string{"1.1.1.1"}, true},
		"two of IPv4 in IPv6":        {trusted, []string{"::ffff:1.1.1.1"}, []string{"::ffff:1.1.1.2"}, false},
		"a proxy in front of a fake": {trusted, []string{"10.0.0.9, 1.1.1.1"}, []string{"10.0.0.8, 1.1.1.1"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := open(t, ws.Config{ConnsPerIP: 1, Trusted: test.trusted}, nil)
			header := func(hops []string) http.Header {
				if hops == nil {
					return nil
				}
				return http.Header{"X-Forwarded-For": hops}
			}
			if _, resp := h.dialRaw(t, header(test.first)); resp.StatusCode != 101 {
				t.Fatalf("the first: HTTP %d", resp.StatusCode)
			}
			want := 101
			if test.same {
				want = 429
			}
			if _, resp := h.dialRaw(t, header(test.second)); resp.StatusCode != want {
				t.Errorf("the second: HTTP %d, want %d", resp.StatusCode, want)
			}
		})
	}
}

func TestAnAddressThatConnectsTooFastIsToldToComeBackLater(t *testing.T) {
	var mu sync.Mutex
	refused := map[string]int{}
	h := open(t, ws.Config{
		ConnsPerIP: 10, ConnectsPerIP: 1,
		Refused: func(why string) { mu.Lock(); refused[why]++; mu.Unlock() },
	}, nil)
	in := 0
	for {
		x, resp := h.dialRaw(t, nil)
		if resp.StatusCode == http.StatusTooManyRequests {
			if resp.Header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			break
		}
		if in++; in > 100 {
			t.Fatal("nobody is refused")
		}
		_ = x.conn.Close()
	}
	mu.Lock()
	defer mu.Unlock()
	if in < 10 || refused["per_ip_rate"] != 1 {
		t.Errorf("%d came in before one was refused: %v", in, refused)
	}
}

func TestAHandshakeThatNeverEndsIsCut(t *testing.T) {
	t.Parallel()
	h := open(t, ws.Config{}, nil)
	c, err := net.Dial("tcp", h.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	began := time.Now()
	fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: %s\r\nX: ", h.addr)
	_ = c.SetReadDeadline(time.Now().Add(patience))
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err == nil && resp.StatusCode != http.StatusRequestTimeout && resp.StatusCode != http.StatusBadRequest {
		t.Errorf("HTTP %d", resp.StatusCode)
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("cut after %v, want 5 s", took)
	}
}

func TestWaitEndsWithTheLastConnection(t *testing.T) {
	h := open(t, ws.Config{}, nil)
	x, _ := h.greeted(t)
	y, _ := h.greeted(t)
	var waiting sync.WaitGroup
	for range 2 { // more than one may wait
		waiting.Go(func() {
			soon, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			h.handler.Wait(soon)
			if soon.Err() != nil {
				t.Error("Wait goes on though every connection has ended")
			}
		})
	}
	now, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if h.handler.Wait(now); now.Err() == nil {
		t.Error("Wait ended before the connections")
	}
	_ = x.conn.Close()
	_ = y.conn.Close()
	waiting.Wait()
}

func TestAnOrdinaryClientOfGorillaIsServed(t *testing.T) {
	h := open(t, ws.Config{}, nil)
	dialer := websocket.Dialer{Subprotocols: []string{"parlor.v1"}, EnableCompression: true}
	c, resp, err := dialer.Dial(h.url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if c.Subprotocol() != "parlor.v1" || resp.Header.Get("Sec-Websocket-Extensions") != "" {
		t.Errorf("subprotocol %q, extensions %q", c.Subprotocol(), resp.Header.Get("Sec-Websocket-Extensions"))
	}
	if err := c.WriteMessage(websocket.BinaryMessage, encode(guestHello())); err != nil {
		t.Fatal(err)
	}
	if kind, _, err := c.ReadMessage(); err != nil || kind != websocket.BinaryMessage {
		t.Errorf("kind %d, %v", kind, err)
	}
	if err := c.WriteMessage(websocket.BinaryMessage, encode(&pb.ClientFrame{Calls: []*pb.Call{{}}})); err != nil {
		t.Fatal(err)
	}
	for {
		_, _, err = c.ReadMessage()
		if err != nil {
			break
		}
	}
	if !websocket.IsCloseError(err, 4100) {
		t.Errorf("closed with %v, want 4100", err)
	}
}

func TestAResponseThatCannotBeTakenOverIsAnError(t *testing.T) {
	h := open(t, ws.Config{}, nil)
	req := httptest.NewRequest("GET", "/ws", nil)
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	} {
		req.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, req)
	if w.Code != http.StatusInternalServerError {
		t.Errorf("HTTP %d, want 500", w.Code)
	}
}
