// Command puppet stands in for Choria's puppet agent, plugin 2.5.0, and for the `puppet agent` that it
// starts: the same actions, answers and decisions, over a state folder for each node, with runs that take a
// second and end as the node's scenario says. Where the node has a real Puppet, its own files are read and it
// is what runs. Choria's server calls it as an external agent:
//
//	puppet REQUEST REPLY PROTOCOL            and all that counts in CHORIA_EXTERNAL_*
//	puppet run STATE [OPTION ...]            the run itself, started by runonce
//	puppet record STATE OUTCOME SECONDS      a run that ended so many seconds ago, to begin with
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "puppet:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) >= 2 && args[0] == "run" {
		return runPuppet(node{dir: args[1]}, args[2:])
	}
	if len(args) == 4 && args[0] == "record" {
		seconds, err := strconv.Atoi(args[3])
		if err != nil {
			return err
		}
		ended := time.Now().Add(-time.Duration(seconds) * time.Second)
		return node{dir: args[1]}.record(finished{outcome: args[2], started: ended.Add(-7 * time.Second), ended: ended})
	}
	return answer()
}

// request is what Choria's server wants to know; inputs are checked against the DDL before.
type request struct {
	Action string                     `json:"action"`
	Caller string                     `json:"callerid"`
	Data   map[string]json.RawMessage `json:"data"`
}

func (r request) text(input string) string {
	var value string
	_ = json.Unmarshal(r.Data[input], &value)
	return value
}

// flag: the value, and whether it was given.
func (r request) flag(input string) (value, given bool) {
	return value, json.Unmarshal(r.Data[input], &value) == nil && r.Data[input] != nil
}

type reply struct {
	Code int            `json:"statuscode"`
	Text string         `json:"statusmsg"`
	Data map[string]any `json:"data"`
}

// answer handles one call. Choria's server always names the same protocol as an argument; the true one is
// in the environment.
func answer() error {
	if strings.HasSuffix(os.Getenv("CHORIA_EXTERNAL_PROTOCOL"), ".activation_request") {
		return writeJSON(os.Getenv("CHORIA_EXTERNAL_REPLY"), map[string]bool{"activate": true})
	}
	var asked request
	if err := readJSON(os.Getenv("CHORIA_EXTERNAL_REQUEST"), &asked); err != nil {
		return err
	}
	var config struct {
		State string `json:"state"`
		real
	}
	if err := readJSON(os.Getenv("CHORIA_EXTERNAL_CONFIG"), &config); err != nil {
		return err
	}
	n := node{config.State, config.real}
	n.stayMute()
	return writeJSON(os.Getenv("CHORIA_EXTERNAL_REPLY"), n.act(asked))
}

func (n node) act(asked request) reply {
	switch asked.Action {
	case "status":
		return n.status()
	case "disable":
		return n.disable(asked)
	case "enable":
		return n.enable()
	case "runonce":
		return n.runonce(asked)
	case "last_run_summary":
		logs, _ := asked.flag("logs")
		return n.lastRunSummary(logs)
	}
	return reply{2, "Unknown action " + asked.Action, map[string]any{}}
}

func ok(data map[string]any) reply { return reply{0, "OK", data} }

// broken is statuscode 5: an exception in the plugin.
func broken(err error) reply { return reply{5, err.Error(), map[string]any{}} }

// aborted is statuscode 1: the action itself refuses.
func aborted(text string, data map[string]any) reply { return reply{1, text, data} }

func readJSON(file string, into any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// writeJSON replaces the file at once, as Puppet does: nobody reads half of it.
func writeJSON(file string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	draft := fmt.Sprintf("%s.%d", file, os.Getpid())
	if err := os.WriteFile(draft, text, 0o600); err != nil {
		return err
	}
	return os.Rename(draft, file)
}
