package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/choria-io/go-choria/protocol"
	rpc "github.com/choria-io/go-choria/providers/agent/mcorpc/client"
)

// patience is how long one question waits for its answers before the silent nodes are asked again.
const patience = 500 * time.Millisecond

// wait returns when the puppet agent of each node has answered, if only with a refusal: a server is
// connected before it has found its agents, and until then it drops requests without a word.
func wait(ctx context.Context, file string, args []string) error {
	if len(args) < 2 {
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
	client, err := rpc.New(fw, "puppet")
	if err != nil {
		return err
	}
	missing := strings.Split(args[0], ",")
	deadline := time.Now().Add(time.Duration(seconds) * time.Second)
	for len(missing) > 0 {
		if time.Now().After(deadline) {
			return fmt.Errorf("no answer after %d s from %s", seconds, strings.Join(missing, ", "))
		}
		var mu sync.Mutex
		answered := map[string]bool{}
		_, err := client.Do(ctx, "status", map[string]any{},
			rpc.Targets(missing), rpc.DirectRequest(), rpc.Workers(1), rpc.Timeout(patience),
			rpc.ReplyHandler(func(from protocol.Reply, _ *rpc.RPCReply) {
				mu.Lock()
				defer mu.Unlock()
				answered[from.SenderID()] = true
			}))
		if err != nil {
			return err
		}
		var silent []string
		for _, node := range missing {
			if !answered[node] {
				silent = append(silent, node)
			}
		}
		missing = silent
	}
	return nil
}
