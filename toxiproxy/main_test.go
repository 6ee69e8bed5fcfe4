package main

import (
	"net"
	"testing"
)

func TestAProxyToBeginWithLeadsToItsUpstream(t *testing.T) {
	behind, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer behind.Close()
	given, err := routeOf("to-begin-with,127.0.0.1:0," + behind.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := begin(server, []route{given}); err != nil {
		t.Fatal(err)
	}
	proxy, err := server.Collection.Get("to-begin-with")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Collection.Remove(proxy.Name)
	client, err := net.Dial("tcp", proxy.Listen)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	upstream, err := behind.Accept()
	if err != nil {
		t.Fatal(err)
	}
	upstream.Close()
}

func TestAProxyThatCannotListenIsRefused(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if err := begin(server, []route{{"taken", taken.Addr().String(), "127.0.0.1:1"}}); err == nil {
		t.Error("two listen at the same address")
	}
}

func TestWhatIsNoProxyIsRefused(t *testing.T) {
	for _, text := range []string{"", "redis", "redis,0.0.0.0:6379", "redis,,redis:6379", "a,b,c,d"} {
		if given, err := routeOf(text); err == nil {
			t.Errorf("%q became %v", text, given)
		}
	}
}
