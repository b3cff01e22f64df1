package main

import (
	"errors"

	"github.com/FerretDB/wire"
	"github.com/FerretDB/wire/wirebson"
)

// A batched command bears a list of what it is to do.
type batched struct {
	// list is the name of the list, in the command or of a sequence after it.
	list string
	// most is how many of them FerretDB 1.x does rightly at once.
	most int
}

var batchedCommands = map[string]batched{
	// It keeps a connection to PostgreSQL for each statement until the last is done, so that as many statements as there are
	// connections wait for ever.
	"update": {"updates", 1},
	// It takes a hundred at a time, and goes on with the next hundred when an ordered one is refused.
	"insert": {"documents", 100},
}

// inBatches makes several commands of one that bears more than FerretDB does rightly.
func inBatches(m message, command *wirebson.Document, b batched) (plan, error) {
	items, err := itemsOf(m, command, b.list)
	if err != nil || len(items) <= b.most {
		return inTurn(m), err
	}
	ordered := command.Get("ordered") != false
	command.Remove(b.list)
	var parts []message
	for start := 0; start < len(items); start += b.most {
		chunk := items[start:min(start+b.most, len(items))]
		if err := command.Add(b.list, wirebson.MustArray(chunk...)); err != nil {
			return plan{}, err
		}
		part, err := messageOf(m.header, command)
		if err != nil {
			return plan{}, err
		}
		parts = append(parts, part)
		command.Remove(b.list)
	}
	isLast := func(reply message) bool { return failed(reply) || ordered && refused(reply) }
	merge := func(replies []message) (message, error) { return sumOf(replies, b.most) }
	return plan{parts, isLast, merge}, nil
}

func itemsOf(m message, command *wirebson.Document, list string) ([]any, error) {
	var items []any
	for _, section := range m.body.(*wire.OpMsg).Sections() {
		if section.Identifier != list {
			continue
		}
		for _, item := range section.Documents() {
			items = append(items, item)
		}
	}
	raw, ok := command.Get(list).(wirebson.RawArray)
	if !ok {
		return items, nil
	}
	array, err := raw.Decode()
	if err != nil {
		return nil, err
	}
	for i := range array.Len() {
		items = append(items, array.Get(i))
	}
	return items, nil
}

// refused tells whether a reply bears errors of single items.
func refused(reply message) bool {
	answer, ok := commandOf(reply)
	return ok && answer.Get("writeErrors") != nil
}

// sumOf answers for a whole command what its batches were answered: a failure as it is, else the counts added up, with each
// upsert and each error under the index of its item.
func sumOf(replies []message, size int) (message, error) {
	last := replies[len(replies)-1]
	if failed(last) {
		return last, nil
	}
	var n, modified int32
	upserted, writeErrors := wirebson.MakeArray(0), wirebson.MakeArray(0)
	for i, reply := range replies {
		shallow, ok := commandOf(reply)
		if !ok {
			return message{}, errors.New("a reply is not a document")
		}
		n += countOf(shallow, "n")
		modified += countOf(shallow, "nModified")
		if err := addFrom(int32(i*size), shallow.Get("upserted"), upserted); err != nil {
			return message{}, err
		}
		if err := addFrom(int32(i*size), shallow.Get("writeErrors"), writeErrors); err != nil {
			return message{}, err
		}
	}
	sum := wirebson.MustDocument("n", n)
	if shallow, _ := commandOf(last); shallow.Get("nModified") != nil {
		sum.Add("nModified", modified)
	}
	if upserted.Len() > 0 {
		sum.Add("upserted", upserted)
	}
	if writeErrors.Len() > 0 {
		sum.Add("writeErrors", writeErrors)
	}
	sum.Add("ok", float64(1))
	return messageOf(last.header, sum)
}

func countOf(reply *wirebson.Document, name string) int32 {
	count, _ := reply.Get(name).(int32)
	return count
}

func addFrom(base int32, from any, to *wirebson.Array) error {
	list, ok := from.(wirebson.RawArray)
	if !ok {
		return nil
	}
	entries, err := list.DecodeDeep()
	if err != nil {
		return err
	}
	for i := range entries.Len() {
		entry, ok := entries.Get(i).(*wirebson.Document)
		if !ok {
			return errors.New("an entry is not a document")
		}
		if err := entry.Replace("index", base+countOf(entry, "index")); err != nil {
			return err
		}
		if err := to.Add(entry); err != nil {
			return err
		}
	}
	return nil
}
