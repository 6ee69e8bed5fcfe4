// A Toxiproxy server with one more toxic: idle_drop.
//
// It does what the released module's own cmd/server does, but for -seed and the metrics, which nobody here uses. It has
// -proxy in place of -config, and ends when it can't listen: for the API or for one of those proxies.
//
// Go's net package probes every connection with TCP keepalive after 15 s, and neither the module nor its API can change
// that. Those are the proxy's own probes on its own two connections: none of them is the client's.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

const module = "github.com/Shopify/toxiproxy/v2"

func main() {
	host := flag.String("host", "127.0.0.1", "address that the API listens on")
	port := flag.String("port", "8474", "port that the API listens on")
	var routes []route
	flag.Func("proxy", "`name,listen,upstream` of a proxy to begin with, such as redis,0.0.0.0:6379,redis:6379; repeatable",
		func(text string) error {
			given, err := routeOf(text)
			routes = append(routes, given)
			return err
		})
	flag.Parse()

	if err := serve(net.JoinHostPort(*host, *port), routes); err != nil {
		fmt.Fprintln(os.Stderr, "toxiproxy-server:", err)
		os.Exit(1)
	}
}

// route is where a proxy listens and where it leads.
type route struct{ name, listen, upstream string }

func routeOf(text string) (route, error) {
	parts := strings.Split(text, ",")
	if len(parts) != 3 || slices.Contains(parts, "") {
		return route{}, fmt.Errorf("%q has to be name,listen,upstream", text)
	}
	return route{parts[0], parts[1], parts[2]}, nil
}

// serve answers the API at an address until SIGINT or SIGTERM. Its proxies accept connections before the API does.
func serve(address string, routes []route) error {
	toxiproxy.Version = released()
	server := newServer(zerolog.New(os.Stderr).Level(zerolog.InfoLevel).With().Timestamp().Logger())
	if err := begin(server, routes); err != nil {
		return err
	}

	failed := make(chan error, 1)
	go func() { failed <- server.Listen(address) }()

	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGINT, syscall.SIGTERM)
	select {
	case err := <-failed:
		return err
	case <-asked:
		return server.Shutdown()
	}
}

func begin(server *toxiproxy.ApiServer, routes []route) error {
	for _, r := range routes {
		if err := server.Collection.Add(toxiproxy.NewProxy(server, r.name, r.listen, r.upstream), true); err != nil {
			return fmt.Errorf("proxy %s: %w", r.name, err)
		}
	}
	return nil
}

func newServer(logger zerolog.Logger) *toxiproxy.ApiServer {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), logger)
	proxies = server.Collection
	toxics.Register("idle_drop", new(IdleDrop))
	return server
}

// released is the version of the module that this server was made from.
func released() string {
	if built, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range built.Deps {
			if dependency.Path == module {
				return strings.TrimPrefix(dependency.Version, "v")
			}
		}
	}
	return "unknown"
}
