// A Toxiproxy server with one more toxic: idle_drop.
//
// It does what the released module's own cmd/server does, but for -config, -seed and the metrics, which nobody here
// uses, and it ends when it can't listen.
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
	flag.Parse()

	if err := serve(net.JoinHostPort(*host, *port)); err != nil {
		fmt.Fprintln(os.Stderr, "toxiproxy-server:", err)
		os.Exit(1)
	}
}

// serve answers the API at an address until SIGINT or SIGTERM.
func serve(address string) error {
	toxiproxy.Version = released()
	server := newServer(zerolog.New(os.Stderr).Level(zerolog.InfoLevel).With().Timestamp().Logger())

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
