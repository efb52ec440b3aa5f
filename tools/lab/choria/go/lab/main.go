// Command lab is the real thing on a leash: Choria's broker, server and client as the public module has
// them, a stock nats-server, and the throwaway certificates and tokens that they need. lab.mjs drives it;
// docs/lab.md says how.
//
// Choria's own command line program is not used: it needs modules that some module proxies do not have,
// and a plain checkout of it lacks the agent providers that its release process generates.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `usage:
  lab credentials DIR < SPEC.json                    certificates, keys and tokens
  lab broker FILE                                    Choria's broker
  lab nats FILE                                      a stock nats-server
  lab server FILE                                    a Choria server
  lab req FILE NODES AGENT ACTION [INPUT=VALUE ...]  ask nodes as Choria's own client does
  lab bench FILE NODES AGENT ACTION [INPUT=VALUE ...]  the same, and only count
  lab spy FILE SUBJECT                               what passes the broker
  lab wait FILE NODES SECONDS                        until each node's puppet agent answers
  lab gone FILE NODE SECONDS                         until the broker knows that a node is not connected`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "lab:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("%s", usage)
	}
	command, file, rest := args[0], args[1], args[2:]
	switch command {
	case "credentials":
		return credentials(file, os.Stdin)
	case "broker", "nats", "server":
		endWithParent()
		return map[string]func(context.Context, string) error{
			"broker": runBroker, "nats": runNats, "server": runServer,
		}[command](ctx, file)
	case "req", "bench":
		return ask(ctx, file, rest, command == "bench")
	case "spy":
		endWithParent()
		return spy(ctx, file, rest)
	case "wait":
		return wait(ctx, file, rest)
	case "gone":
		return gone(ctx, file, rest)
	}
	return fmt.Errorf("%s", usage)
}
