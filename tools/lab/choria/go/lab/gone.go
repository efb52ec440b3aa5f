package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/choria-io/go-choria/choria"
	"github.com/nats-io/nats.go"
)

// glance is how long one look waits: the broker answers at once for a node that it knows to be gone.
const glance = 200 * time.Millisecond

// gone returns when the broker knows that a node is not connected. A broker whose machine is busy learns of a
// closed connection only when it reads again, and until then takes messages for the node.
func gone(ctx context.Context, file string, args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("%s", usage)
	}
	seconds, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	fw, err := clientFramework(file)
	if err != nil {
		return err
	}
	connector, err := fw.NewConnector(ctx, fw.MiddlewareServers, fw.CallerID(), fw.Logger("gone"))
	if err != nil {
		return err
	}
	subject := choria.NodeDirectedTarget(fw.Config.MainCollective, args[0])
	deadline := time.Now().Add(time.Duration(seconds) * time.Second)
	for time.Now().Before(deadline) {
		_, err := connector.Nats().Request(subject, []byte("{}"), glance)
		if errors.Is(err, nats.ErrNoResponders) {
			return nil
		}
		if err != nil && !errors.Is(err, nats.ErrTimeout) {
			return err
		}
	}
	return fmt.Errorf("the broker still knows %s after %d s", args[0], seconds)
}
