// Command ferretdb speaks MongoDB's protocol on a TCP address, on top of PostgreSQL.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

const garbagePercent = 400

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// The PostgreSQL URL comes in a file, as it holds a password.
func run(args []string) error {
	// Documents are decoded anew for each command: collecting that garbage less often is a third of the work.
	debug.SetGCPercent(garbagePercent)
	if len(args) != 2 {
		return fmt.Errorf("usage: ferretdb <address> <file with the PostgreSQL URL>")
	}
	postgresURL, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:      ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:       "postgresql",
		PostgreSQLURL: strings.TrimSpace(string(postgresURL)),
		Logger:        slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", args[0])
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	stopped := make(chan error, 1)
	go func() { stopped <- server.Run(ctx) }()

	upstream, err := url.Parse(server.MongoDBURI())
	if err != nil {
		return err
	}
	gate := &gate{upstream: upstream.Host}
	if err := gate.serve(ctx, listener); err != nil {
		return err
	}
	return <-stopped
}
