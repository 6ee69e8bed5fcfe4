package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"
)

// IdleDrop forgets a connection that nobody used for Idle milliseconds, as firewalls and NATs do.
//
//	silent   what comes after is swallowed, both connections stay open
//	reset    client and upstream both get an RST when the time is up
//	close    client and upstream both get a FIN when the time is up
//
// It has to be added to both streams of a proxy: a toxic sees one direction only. The two share one clock per
// connection, so traffic in either direction keeps both alive, and a blocking pop or a subscription is dropped when the
// connection is idle, not when one of its directions is. The clock of a connection that is already open starts when the
// toxic is added.
type IdleDrop struct {
	Idle     int64  `json:"idle"`
	OnExpiry string `json:"on_expiry"`
}

// UnmarshalJSON makes the API refuse what could only be a mistake; a refused update changes nothing.
func (t *IdleDrop) UnmarshalJSON(data []byte) error {
	type plain IdleDrop // without this method
	given := plain(*t)
	if err := json.Unmarshal(data, &given); err != nil {
		return err
	}
	if given.Idle <= 0 {
		return fmt.Errorf("idle_drop: idle is %d, but has to be a number of milliseconds above 0", given.Idle)
	}
	switch given.OnExpiry {
	case "silent", "reset", "close":
		*t = IdleDrop(given)
		return nil
	}
	return fmt.Errorf("idle_drop: on_expiry is %q, but has to be silent, reset or close", given.OnExpiry)
}

// NewState is where a stub keeps its connection from one Pipe to the next.
func (t *IdleDrop) NewState() interface{} { return new(clocked) }

func (t *IdleDrop) Pipe(stub *toxics.ToxicStub) {
	settings := *t // an update writes to t first and interrupts Pipe afterwards
	// Not in this goroutine: who interrupts a toxic holds the lock that the search needs.
	found := make(chan *connection, 1)
	go func() { found <- connectionOf(stub) }()
	select {
	case <-stub.Interrupt:
	case conn := <-found:
		if conn == nil || settings.Idle <= 0 { // it has ended already; the toxic was added without attributes
			new(toxics.NoopToxic).Pipe(stub)
			return
		}
		settings.watch(stub, conn)
	}
}

func (t IdleDrop) watch(stub *toxics.ToxicStub, conn *connection) {
	idle := time.Duration(t.Idle) * time.Millisecond
	timer := time.NewTimer(conn.left(idle))
	defer timer.Stop()
	for {
		select {
		case <-stub.Interrupt:
			return
		case <-timer.C:
			if left := conn.left(idle); left > 0 { // the other direction was used
				timer.Reset(left)
			} else {
				conn.drop(t.OnExpiry)
			}
		case chunk := <-stub.Input:
			if chunk == nil {
				stub.Close()
				return
			}
			if conn.use(idle) {
				stub.Output <- chunk
				timer.Reset(conn.left(idle))
			} else {
				conn.drop(t.OnExpiry) // the data was quicker than the timer
			}
		}
	}
}

// Cleanup ends a connection with a hole in it: without the bytes that were swallowed, every later answer would be taken
// for the answer to another command.
func (t *IdleDrop) Cleanup(stub *toxics.ToxicStub) {
	if conn := stub.State.(*clocked).connection; conn != nil && conn.holed() {
		stub.Close()
	}
}
