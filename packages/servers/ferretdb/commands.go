package main

import (
	"errors"
	"fmt"

	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
)

var updates = map[string]bool{"update": true, "delete": true, "findAndModify": true, "findandmodify": true}

// updatedCollection answers the collection that a command reads and writes back, or "" for every other command.
func updatedCollection(m message) string {
	command, ok := commandOf(m)
	if !ok || !updates[command.Command()] {
		return ""
	}
	return fmt.Sprint(command.Get("$db"), ".", command.Get(command.Command()))
}

func wantsNoReply(m message) bool {
	body, ok := m.body.(*wire.OpMsg)
	return ok && body.Flags.FlagSet(wire.OpMsgMoreToCome)
}

func commandOf(m message) (*wirebson.Document, bool) {
	body, ok := m.body.(*wire.OpMsg)
	if !ok {
		return nil, false
	}
	command, err := body.RawSection0().Decode()
	return command, err == nil
}

func failed(reply message) bool {
	answer, ok := commandOf(reply)
	return ok && answer.Get("ok") != float64(1)
}

// A plan is what to send to FerretDB in place of a request: its parts, until a reply is the last one, and how the replies
// become one.
type plan struct {
	parts  []message
	isLast func(reply message) bool
	merge  func(replies []message) (message, error)
}

// planFor passes most requests on as they are. createIndexes becomes one command an index, as FerretDB 1.x panics over two
// that exist already; what bears more than it does rightly goes in batches.
func planFor(m message) plan {
	asItIs := inTurn(m)
	command, ok := commandOf(m)
	if !ok {
		return asItIs
	}
	var adapted plan
	var err error
	switch command.Command() {
	case "createIndexes":
		adapted, err = oneIndexEach(m.header, command)
	default:
		b, ok := batchedCommands[command.Command()]
		if !ok {
			return asItIs
		}
		adapted, err = inBatches(m, command, b)
	}
	if err != nil {
		return asItIs
	}
	return adapted
}

// inTurn sends parts until one fails, and answers the last reply.
func inTurn(parts ...message) plan {
	lastOf := func(replies []message) (message, error) { return replies[len(replies)-1], nil }
	return plan{parts, failed, lastOf}
}

func oneIndexEach(header *wire.MsgHeader, shallow *wirebson.Document) (plan, error) {
	raw, err := shallow.Encode()
	if err != nil {
		return plan{}, err
	}
	command, err := raw.DecodeDeep()
	if err != nil {
		return plan{}, err
	}
	indexes, ok := command.Get("indexes").(*wirebson.Array)
	if !ok || indexes.Len() == 0 {
		return plan{}, errors.New("no list of indexes")
	}
	parts := make([]message, indexes.Len())
	for i := range indexes.Len() {
		index, ok := indexes.Get(i).(*wirebson.Document)
		if !ok {
			return plan{}, errors.New("an index is not a document")
		}
		widen(index)
		if err := command.Replace("indexes", wirebson.MustArray(index)); err != nil {
			return plan{}, err
		}
		if parts[i], err = messageOf(header, command); err != nil {
			return plan{}, err
		}
	}
	return inTurn(parts...), nil
}

// widen leaves out partialFilterExpression, which FerretDB 1.x refuses, where the index is not unique: there it says only
// which documents the index need not hold, and no answer depends on it.
func widen(index *wirebson.Document) {
	if index.Get("unique") != true {
		index.Remove("partialFilterExpression")
	}
}

// messageOf makes a message of a command, under the request id of the message that it stands for.
func messageOf(header *wire.MsgHeader, command *wirebson.Document) (message, error) {
	body, err := wire.NewOpMsg(command)
	if err != nil {
		return message{}, err
	}
	bytes, err := body.MarshalBinary()
	if err != nil {
		return message{}, err
	}
	own := *header
	own.MessageLength = int32(len(bytes) + wire.MsgHeaderLen)
	return message{&own, body}, nil
}
