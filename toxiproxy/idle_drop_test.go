package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

const (
	idle  = 250 * time.Millisecond
	slack = 100 * time.Millisecond
)

var server = newServer(zerolog.Nop())

// pair is one proxied connection, seen from both of its ends.
type pair struct{ client, upstream net.Conn }

// bench is a proxy and the listener behind it.
type bench struct {
	*testing.T
	proxy  *toxiproxy.Proxy
	behind net.Listener
}

func newBench(t *testing.T) *bench {
	t.Parallel()
	behind, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := toxiproxy.NewProxy(server, t.Name(), "127.0.0.1:0", behind.Addr().String())
	if err := server.Collection.Add(proxy, true); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Collection.Remove(proxy.Name); behind.Close() })
	return &bench{t, proxy, behind}
}

func (b *bench) connect() pair {
	b.Helper()
	client, err := net.Dial("tcp", b.proxy.Listen)
	if err != nil {
		b.Fatal(err)
	}
	upstream, err := b.behind.Accept()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { client.Close(); upstream.Close() })
	b.passes(client, upstream) // both directions are set up
	b.passes(upstream, client)
	return pair{client, upstream}
}

func (b *bench) add(onExpiry string) {
	b.Helper()
	for _, stream := range []string{"upstream", "downstream"} {
		if err := b.tryAdd(stream, fmt.Sprintf(`{"idle": %d, "on_expiry": %q}`, idle.Milliseconds(), onExpiry)); err != nil {
			b.Fatal(err)
		}
	}
}

func (b *bench) tryAdd(stream, attributes string) error {
	_, err := b.proxy.Toxics.AddToxicJson(strings.NewReader(
		fmt.Sprintf(`{"type": "idle_drop", "stream": %q, "attributes": %s}`, stream, attributes)))
	return err
}

func (b *bench) remove() {
	b.Helper()
	for _, stream := range []string{"upstream", "downstream"} {
		if err := b.proxy.Toxics.RemoveToxic(context.Background(), "idle_drop_"+stream); err != nil {
			b.Fatal(err)
		}
	}
}

func (b *bench) send(from net.Conn) {
	b.Helper()
	if _, err := from.Write([]byte("x")); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) passes(from, to net.Conn) {
	b.Helper()
	b.send(from)
	if err := next(to, time.Second); err != nil {
		b.Fatalf("it should have passed, but: %v", err)
	}
}

// next is why nothing could be read within a time; nil when something could.
func next(from net.Conn, within time.Duration) error {
	from.SetReadDeadline(time.Now().Add(within))
	_, err := from.Read(make([]byte, 1))
	return err
}

func TestWhatBothEndsSeeWhenTheTimeIsUp(t *testing.T) {
	for _, order := range []string{"open before the toxic", "open after the toxic"} {
		for onExpiry, expected := range map[string]error{
			"silent": os.ErrDeadlineExceeded,
			"reset":  syscall.ECONNRESET,
			"close":  io.EOF,
		} {
			t.Run(onExpiry+", "+order, func(t *testing.T) {
				b := newBench(t)
				var ends pair
				if order == "open before the toxic" {
					ends = b.connect()
					b.add(onExpiry)
				} else {
					b.add(onExpiry)
					ends = b.connect()
				}
				started := time.Now()
				err := next(ends.client, idle+slack)
				took := time.Since(started)
				if !errors.Is(err, expected) {
					t.Errorf("the client got %v, not %v", err, expected)
				}
				if took < idle-20*time.Millisecond { // the clock started a moment before `started`
					t.Errorf("after %v already", took)
				}
				if err := next(ends.upstream, slack); !errors.Is(err, expected) {
					t.Errorf("the upstream got %v, not %v", err, expected)
				}
				t.Logf("the client saw it after %v", took)
			})
		}
	}
}

func TestAfterASilentExpiryDataIsSwallowed(t *testing.T) {
	for _, direction := range []string{"upstream", "downstream"} {
		t.Run(direction, func(t *testing.T) {
			b := newBench(t)
			b.add("silent")
			ends := b.connect()
			time.Sleep(idle + slack)
			from, to := ends.client, ends.upstream
			if direction == "downstream" {
				from, to = to, from
			}
			for range 3 {
				b.send(from)
				if err := next(to, 50*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Fatalf("the other end got %v", err)
				}
			}
			if err := next(from, 50*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatalf("the connection should be open, but: %v", err)
			}
			other := b.connect() // not concerned
			b.passes(other.client, other.upstream)
		})
	}
}

func TestTrafficInOneDirectionKeepsBothAlive(t *testing.T) {
	for _, direction := range []string{"upstream", "downstream"} {
		for _, onExpiry := range []string{"silent", "reset", "close"} {
			t.Run(direction+", "+onExpiry, func(t *testing.T) {
				b := newBench(t)
				b.add(onExpiry)
				ends := b.connect()
				from, to := ends.client, ends.upstream
				if direction == "downstream" {
					from, to = to, from
				}
				for range 3 {
					time.Sleep(idle / 2)
					b.passes(from, to)
				}
				b.passes(to, from)
			})
		}
	}
}

func TestEachConnectionHasItsOwnClock(t *testing.T) {
	b := newBench(t)
	b.add("reset")
	used, idling := b.connect(), b.connect()
	for range 4 {
		time.Sleep(idle / 2)
		b.passes(used.client, used.upstream)
	}
	if err := next(idling.client, slack); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the idle one got %v", err)
	}
}

func TestRemovingTheToxic(t *testing.T) {
	for name, swallow := range map[string]bool{"nothing was swallowed": false, "something was swallowed": true} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.add("silent")
			ends := b.connect()
			time.Sleep(idle + slack)
			if swallow {
				b.send(ends.client)
				time.Sleep(slack / 2)
			}
			b.remove()
			if !swallow {
				b.passes(ends.client, ends.upstream)
				b.passes(ends.upstream, ends.client)
				return
			}
			for _, end := range []net.Conn{ends.client, ends.upstream} {
				if err := next(end, slack); !errors.Is(err, io.EOF) {
					t.Errorf("a connection with a hole in it should end, but: %v", err)
				}
			}
		})
	}
}

func TestAnUpdateKeepsTheClock(t *testing.T) {
	b := newBench(t)
	b.add("silent")
	ends := b.connect()
	time.Sleep(idle + slack)
	_, err := b.proxy.Toxics.UpdateToxicJson("idle_drop_upstream", strings.NewReader(`{"attributes": {"on_expiry": "reset"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := next(ends.client, slack); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the client got %v", err)
	}
}

func TestAttributesThatAreRefused(t *testing.T) {
	b := newBench(t)
	for attributes, reason := range map[string]string{
		`{"on_expiry": "silent"}`:                "idle is 0",
		`{"idle": -1, "on_expiry": "silent"}`:    "idle is -1",
		`{"idle": 100}`:                          `on_expiry is ""`,
		`{"idle": 100, "on_expiry": "explode"}`:  `on_expiry is "explode"`,
		`{"idle": "soon", "on_expiry": "close"}`: "cannot unmarshal string",
	} {
		if err := b.tryAdd("upstream", attributes); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", attributes, err)
		}
	}
}

func TestARefusedUpdateChangesNothing(t *testing.T) {
	b := newBench(t)
	b.add("silent")
	_, err := b.proxy.Toxics.UpdateToxicJson("idle_drop_upstream",
		strings.NewReader(`{"attributes": {"idle": 1, "on_expiry": "explode"}}`))
	if err == nil {
		t.Error("it was accepted")
	}
	kept := *b.proxy.Toxics.GetToxic("idle_drop_upstream").Toxic.(*IdleDrop)
	if kept != (IdleDrop{idle.Milliseconds(), "silent"}) {
		t.Errorf("it is now %+v", kept)
	}
}

func TestTheVersionIsTheModules(t *testing.T) {
	if version := released(); version != "2.12.0" {
		t.Errorf("%s", version)
	}
}
