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

// adapt answers the messages to send in place of one: createIndexes becomes one command an index, as FerretDB 1.x panics
// over two that exist already; every other message is passed on as it is.
func adapt(m message) []message {
	command, ok := commandOf(m)
	if !ok || command.Command() != "createIndexes" {
		return []message{m}
	}
	parts, err := oneByOne(m.header, command)
	if err != nil {
		return []message{m}
	}
	return parts
}

func oneByOne(header *wire.MsgHeader, shallow *wirebson.Document) ([]message, error) {
	raw, err := shallow.Encode()
	if err != nil {
		return nil, err
	}
	command, err := raw.DecodeDeep()
	if err != nil {
		return nil, err
	}
	indexes, ok := command.Get("indexes").(*wirebson.Array)
	if !ok || indexes.Len() == 0 {
		return nil, errors.New("no list of indexes")
	}
	parts := make([]message, indexes.Len())
	for i := range indexes.Len() {
		index, ok := indexes.Get(i).(*wirebson.Document)
		if !ok {
			return nil, errors.New("an index is not a document")
		}
		widen(index)
		if err := command.Replace("indexes", wirebson.MustArray(index)); err != nil {
			return nil, err
		}
		if parts[i], err = messageOf(header, command); err != nil {
			return nil, err
		}
	}
	return parts, nil
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
