package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/choria-io/go-choria/choria"
	"github.com/choria-io/go-choria/config"
	"github.com/choria-io/go-choria/protocol"
	rpc "github.com/choria-io/go-choria/providers/agent/mcorpc/client"
)

// reply is what one node said, a line of JSON.
type reply struct {
	Node string          `json:"node"`
	Code int             `json:"code"`
	Text string          `json:"text"`
	Data json.RawMessage `json:"data"`
}

func clientFramework(file string) (*choria.Framework, error) {
	cfg, err := config.NewConfig(file)
	if err != nil {
		return nil, err
	}
	return choria.NewWithConfig(cfg)
}

// ask sends one request to named nodes and prints the replies or, for a benchmark, what they cost.
func ask(ctx context.Context, file string, args []string, count bool) error {
	if len(args) < 3 {
		return fmt.Errorf("%s", usage)
	}
	fw, err := clientFramework(file)
	if err != nil {
		return err
	}
	nodes, err := nodeList(args[0])
	if err != nil {
		return err
	}
	client, err := rpc.New(fw, args[1])
	if err != nil {
		return err
	}
	var mu sync.Mutex
	replies := 0
	take := func(from protocol.Reply, body *rpc.RPCReply) {
		if body == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		replies++
		if count {
			return
		}
		line, _ := json.Marshal(reply{from.SenderID(), int(body.Statuscode), body.Statusmsg, body.Data})
		fmt.Println(string(line))
	}
	start := time.Now()
	result, err := client.Do(ctx, args[2], inputs(args[3:]),
		rpc.Targets(nodes), rpc.DirectRequest(), rpc.Workers(1), rpc.ReplyHandler(take))
	if err != nil {
		return err
	}
	if count {
		return printCost(replies, len(nodes), time.Since(start))
	}
	for _, node := range result.Stats().NoResponseFrom() {
		fmt.Fprintf(os.Stderr, "no reply from %s\n", node)
	}
	return nil
}

// inputs reads INPUT=VALUE; a value that is JSON is taken as such.
func inputs(pairs []string) map[string]any {
	read := map[string]any{}
	for _, pair := range pairs {
		name, text, _ := strings.Cut(pair, "=")
		var value any
		if json.Unmarshal([]byte(text), &value) != nil {
			value = text
		}
		read[name] = value
	}
	return read
}

// nodeList reads names separated by commas, @FILE with a name a line, or PREFIX:COUNT for that many
// numbered nodes of a simulated fleet, PREFIX000000.example.net and on.
func nodeList(text string) ([]string, error) {
	if file, named := strings.CutPrefix(text, "@"); named {
		content, err := os.ReadFile(file)
		return strings.Fields(string(content)), err
	}
	prefix, number, numbered := strings.Cut(text, ":")
	if !numbered {
		return strings.Split(text, ","), nil
	}
	count, err := strconv.Atoi(number)
	if err != nil {
		return nil, err
	}
	nodes := make([]string, count)
	for i := range nodes {
		nodes[i] = fmt.Sprintf("%s%06d.example.net", prefix, i)
	}
	return nodes, nil
}

// printCost tells what the request cost this process; milliseconds and kilobytes.
func printCost(replies, nodes int, wall time.Duration) error {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]int64{
		"replies": int64(replies),
		"missing": int64(nodes - replies),
		"wall_ms": wall.Milliseconds(),
		"cpu_ms":  (used.Utime.Nano() + used.Stime.Nano()) / 1_000_000,
		"max_kb":  int64(used.Maxrss),
	})
}
