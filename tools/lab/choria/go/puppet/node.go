package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// node is a state folder. Its files have the names of Puppet's own where there are such; of a node with a real
// Puppet they are Puppet's own.
type node struct {
	dir string
	real
}

func (n node) isReal() bool { return n.Summary != "" }

const (
	disabledLock = "agent_disabled.lock"
	runLock      = "agent_catalog_run.lock"
	summaryFile  = "last_run_summary.json"
	reportFile   = "last_run_report.json"
	scenarioFile = "scenario.json"
	runsLog      = "runs.log"
	// muteFile: while it is there the agent answers nothing.
	muteFile = "mute"
)

func (n node) file(name string) string { return filepath.Join(n.dir, name) }

func (n node) has(name string) bool {
	_, err := os.Stat(n.file(name))
	return err == nil
}

// stayMute hangs until the server gives this call up, which it does without a reply.
func (n node) stayMute() {
	if n.has(muteFile) {
		time.Sleep(time.Minute)
		os.Exit(1)
	}
}

// name of the node, as the folders are laid out: nodes/NAME/state.
func (n node) name() string { return filepath.Base(filepath.Dir(n.dir)) }

// applying: as the plugin, by whether the process of the run's lock is alive.
func (n node) applying() bool {
	text, err := os.ReadFile(n.file(runLock))
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	return err == nil && syscall.Kill(pid, 0) == nil
}

// disableMessage: nil where the lock holds none.
func (n node) disableMessage() any {
	var lock struct {
		Message *string `json:"disabled_message"`
	}
	if readJSON(n.file(disabledLock), &lock) != nil || lock.Message == nil {
		return nil
	}
	return *lock.Message
}

func (n node) lock(message string) error {
	return writeJSON(n.file(disabledLock), map[string]string{"disabled_message": message})
}

// scenario is how the next runs go.
type scenario struct {
	Outcome string `json:"outcome"`
	// Seconds from the request until the run takes its lock, and from then to its end.
	Before float64 `json:"before"`
	Apply  float64 `json:"apply"`
	// Message of an operator who disables the node while the run is on; empty: nobody does.
	Lock string `json:"lock"`
}

func (n node) scenario() scenario {
	s := scenario{Outcome: "changed", Before: 0.3, Apply: 0.7}
	_ = readJSON(n.file(scenarioFile), &s)
	return s
}

// note is a line of the node's own record of its runs, by which others are judged.
type note struct {
	// At: milliseconds since 1970.
	At      int64  `json:"at"`
	Pid     int    `json:"pid"`
	What    string `json:"what"`
	Outcome string `json:"outcome"`
	Options string `json:"options"`
}

func (n node) note(pid int, what, outcome string, options []string) {
	text, err := json.Marshal(note{time.Now().UnixMilli(), pid, what, outcome, strings.Join(options, " ")})
	if err != nil {
		return
	}
	log, err := os.OpenFile(n.file(runsLog), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		fmt.Fprintln(os.Stderr, "puppet:", err)
		return
	}
	defer log.Close()
	_, _ = log.Write(append(text, '\n'))
}
