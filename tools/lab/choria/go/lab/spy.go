package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/nats-io/nats.go"
)

// overheard is a message as it passed the broker, a line of JSON.
type overheard struct {
	Subject string `json:"subject"`
	Payload string `json:"payload"`
}

// spy prints all messages of a subject until it is ended; a line on standard error says when it listens.
func spy(ctx context.Context, file string, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("%s", usage)
	}
	fw, err := clientFramework(file)
	if err != nil {
		return err
	}
	connector, err := fw.NewConnector(ctx, fw.MiddlewareServers, fw.CallerID(), fw.Logger("spy"))
	if err != nil {
		return err
	}
	lines := json.NewEncoder(os.Stdout)
	if _, err := connector.Nats().Subscribe(args[0], func(message *nats.Msg) {
		_ = lines.Encode(overheard{message.Subject, string(message.Data)})
	}); err != nil {
		return err
	}
	if err := connector.Nats().Flush(); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "listening")
	<-ctx.Done()
	return nil
}
