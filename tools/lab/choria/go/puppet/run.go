package main

import (
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"
)

// reportDelay: the summary is written before the report is sent, and the run's lock is held until the
// report is written: 92 to 325 ms on real nodes.
const reportDelay = 150 * time.Millisecond

// runPuppet is one `puppet agent --onetime`, from the process's start to its end.
func runPuppet(n node, options []string) error {
	plan := n.scenario()
	started := time.Now()
	note := func(what string) { n.note(os.Getpid(), what, plan.Outcome, options) }
	n.sleep(plan.Before)
	switch {
	case plan.Outcome == "never":
		note("never started")
		return nil
	case n.has(disabledLock):
		note("disabled before it started")
		return nil
	case n.applying():
		note("another run is on")
		return nil
	}
	if err := os.WriteFile(n.file(runLock), fmt.Append(nil, os.Getpid()), 0o600); err != nil {
		return err
	}
	note("start")
	if plan.Outcome == "silent" {
		if err := os.WriteFile(n.file(muteFile), nil, 0o600); err != nil {
			return err
		}
	}
	if plan.Lock != "" {
		if err := n.lock(plan.Lock); err != nil {
			return err
		}
	}
	n.sleep(plan.Apply)
	if plan.Outcome == "killed" {
		note("killed")
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	run := finished{
		outcome:     plan.Outcome,
		noop:        slices.Contains(options, "--noop"),
		environment: after(options, "--environment"),
		started:     started,
		ended:       time.Now(),
	}
	if err := n.record(run); err != nil {
		return err
	}
	note("end")
	return os.Remove(n.file(runLock))
}

// sleep ends the process when the node's folder goes: nobody is left to see the run.
func (n node) sleep(seconds float64) {
	const step = 100 * time.Millisecond
	until := time.Now().Add(time.Duration(seconds * float64(time.Second)))
	for rest := time.Until(until); rest > 0; rest = time.Until(until) {
		time.Sleep(min(rest, step))
		if !n.has("") {
			os.Exit(1)
		}
	}
}

func after(options []string, option string) string {
	at := slices.Index(options, option)
	if at < 0 || at+1 == len(options) {
		return ""
	}
	return options[at+1]
}
