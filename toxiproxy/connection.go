package main

import (
	"fmt"
	"net"
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/toxics"
)

// connection is what the two directions of one proxied connection have in common.
type connection struct {
	client, upstream net.Conn

	mutex     sync.Mutex
	used      time.Time
	forgotten bool
	swallowed bool
}

// left is how long the connection may still be idle: nothing, or less, once its time is up.
func (c *connection) left(idle time.Duration) time.Duration {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return idle - time.Since(c.used)
}

// use notes traffic, and says whether it may pass.
func (c *connection) use(idle time.Duration) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.forgotten || time.Since(c.used) >= idle {
		c.swallowed = true
		return false
	}
	c.used = time.Now()
	return true
}

// drop forgets the connection. The proxy sees its sockets closed under it and takes down both directions.
func (c *connection) drop(onExpiry string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.forgotten = true
	if onExpiry == "silent" {
		return
	}
	// Both before either is closed: as soon as one is, the proxy closes the other. What fails here is closed already.
	for _, socket := range []net.Conn{c.client, c.upstream} {
		if tcp, ok := socket.(*net.TCPConn); ok && onExpiry == "reset" {
			_ = tcp.SetLinger(0) // closing then sends an RST
		}
	}
	_ = c.client.Close()
	_ = c.upstream.Close()
}

func (c *connection) holed() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.swallowed
}

// clocked is the state of a stub. The lock of its proxy's toxics guards it.
type clocked struct{ connection *connection }

// proxies is where connectionOf looks: a toxic is not told which server, proxy or connection it works for.
var proxies *toxiproxy.ProxyCollection

// connectionOf finds the connection of a stub, the same for both of its directions; nil when it has ended.
//
// The toxic API gives no way from a stub to its connection, but the proxies know it: every link has a name, made of the
// client's address and the direction, and a list of stubs. Those fields are not exported. `hidden` checks that they are
// what release 2.12.0 calls them, and the tests fail with another.
func connectionOf(stub *toxics.ToxicStub) *connection {
	for _, proxy := range proxies.Proxies() {
		if found := within(proxy, stub); found != nil {
			return found
		}
	}
	return nil
}

func within(proxy *toxiproxy.Proxy, stub *toxics.ToxicStub) *connection {
	proxy.Toxics.Lock()
	defer proxy.Toxics.Unlock()
	links := *hidden[map[string]*toxiproxy.ToxicLink](proxy.Toxics, "links")
	for name, link := range links {
		for _, one := range *hidden[[]*toxics.ToxicStub](link, "stubs") {
			if one == stub {
				client := strings.TrimSuffix(strings.TrimSuffix(name, "upstream"), "downstream")
				return shared(proxy, client, links, stub)
			}
		}
	}
	return nil
}

// shared gives the connection that any stub of the client's has, or the first one to ask gets a new one.
func shared(proxy *toxiproxy.Proxy, client string, links map[string]*toxiproxy.ToxicLink, stub *toxics.ToxicStub) *connection {
	own := stub.State.(*clocked)
	for _, direction := range []string{"upstream", "downstream"} {
		link, open := links[client+direction]
		if !open {
			continue
		}
		for _, one := range *hidden[[]*toxics.ToxicStub](link, "stubs") {
			if other, ok := one.State.(*clocked); ok && own.connection == nil {
				own.connection = other.connection
			}
		}
	}
	if own.connection == nil {
		own.connection = opened(proxy, client)
	}
	return own.connection
}

// opened is a connection whose clock starts now; nil when its sockets are closed already.
func opened(proxy *toxiproxy.Proxy, client string) *connection {
	connections := hidden[toxiproxy.ConnectionList](proxy, "connections")
	connections.Lock()
	defer connections.Unlock()
	sockets := *hidden[map[string]net.Conn](connections, "list")
	down, up := sockets[client+"downstream"], sockets[client+"upstream"]
	if down == nil || up == nil {
		return nil
	}
	return &connection{client: down, upstream: up, used: time.Now()}
}

// hidden is the address of a field that its package does not export.
func hidden[T any](of any, name string) *T {
	field := reflect.ValueOf(of).Elem().FieldByName(name)
	if !field.IsValid() || field.Type() != reflect.TypeFor[T]() {
		panic(fmt.Sprintf("idle_drop is made for another release of Toxiproxy: %T has no %v called %s", of, reflect.TypeFor[T](), name))
	}
	return (*T)(unsafe.Pointer(field.UnsafeAddr()))
}
