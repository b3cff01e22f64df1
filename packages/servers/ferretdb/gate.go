package main

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/FerretDB/wire"
)

const dialLimit = 5 * time.Second

// A gate passes each client's commands to FerretDB. FerretDB 1.x updates a document by reading it and writing it back,
// so that of two updates at once one would be lost: those of one collection pass one at a time.
type gate struct {
	upstream string
	locks    sync.Map
}

// serve passes the commands of every client on until ctx is done.
func (g *gate) serve(ctx context.Context, listener net.Listener) error {
	stop := context.AfterFunc(ctx, func() { listener.Close() })
	defer stop()
	for {
		client, err := listener.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		go g.attend(ctx, client)
	}
}

// attend ends with the client's connection, or with what cannot be understood on it.
func (g *gate) attend(ctx context.Context, client net.Conn) {
	defer client.Close()
	server, err := net.DialTimeout("tcp", g.upstream, dialLimit)
	if err != nil {
		return
	}
	defer server.Close()
	stop := context.AfterFunc(ctx, func() { client.Close() })
	defer stop()

	if err := g.converse(newStream(client), newStream(server)); !errors.Is(err, wire.ErrZeroRead) && ctx.Err() == nil {
		slog.Error("a connection is closed", "error", err)
	}
}

// converse ends with an error: wire.ErrZeroRead where the client has closed its connection.
func (g *gate) converse(client, server stream) error {
	for {
		request, err := client.read()
		if err != nil {
			return err
		}
		reply, err := g.exchange(server, request)
		if err != nil {
			return err
		}
		if reply == nil {
			continue
		}
		if err := client.write(*reply); err != nil {
			return err
		}
	}
}

// exchange answers the reply to a request, or nil where the client wants none (FerretDB replies all the same).
func (g *gate) exchange(server stream, request message) (*message, error) {
	if name := updatedCollection(request); name != "" {
		lock, _ := g.locks.LoadOrStore(name, new(sync.Mutex))
		mutex := lock.(*sync.Mutex)
		mutex.Lock()
		defer mutex.Unlock()
	}
	planned := planFor(request)
	var replies []message
	for _, part := range planned.parts {
		if err := server.write(part); err != nil {
			return nil, err
		}
		reply, err := server.read()
		if err != nil {
			return nil, err
		}
		replies = append(replies, reply)
		if planned.isLast(reply) {
			break
		}
	}
	if wantsNoReply(request) {
		return nil, nil
	}
	reply, err := planned.merge(replies)
	return &reply, err
}

type message struct {
	header *wire.MsgHeader
	body   wire.MsgBody
}

type stream struct {
	reader *bufio.Reader
	writer *bufio.Writer
}

func newStream(connection net.Conn) stream {
	return stream{bufio.NewReader(connection), bufio.NewWriter(connection)}
}

func (s stream) read() (message, error) {
	header, body, err := wire.ReadMessage(s.reader)
	return message{header, body}, err
}

func (s stream) write(m message) error {
	if err := wire.WriteMessage(s.writer, m.header, m.body); err != nil {
		return err
	}
	return s.writer.Flush()
}
