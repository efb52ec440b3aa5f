package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

func (n node) status() reply {
	enabled, applying := !n.has(disabledLock), n.applying()
	var message any = ""
	word := "stopped"
	switch {
	case !enabled:
		word, message = "disabled", n.disableMessage()
	case applying:
		word = "applying a catalog"
	}
	read, err := n.summary()
	if err != nil {
		return broken(err)
	}
	last := read.lastRun()
	since := time.Now().Unix() - last
	return ok(map[string]any{
		"applying":        applying,
		"daemon_present":  false,
		"disable_message": message,
		"enabled":         enabled,
		"idling":          false,
		"lastrun":         last,
		"message":         fmt.Sprintf("Currently %s; last completed run %s ago", word, age(since)),
		"since_lastrun":   since,
		"status":          word,
	})
}

// age in the plugin's words: `05 seconds`, `1 minutes 10 seconds`, `1 day 0 hours 2 minutes 05 seconds`.
func age(seconds int64) string {
	days, hours, minutes := seconds/86400, seconds/3600%24, seconds/60%60
	text := fmt.Sprintf("%02d seconds", seconds%60)
	if seconds >= 60 {
		text = fmt.Sprintf("%d minutes %s", minutes, text)
	}
	if seconds >= 3600 {
		text = fmt.Sprintf("%d hours %s", hours, text)
	}
	switch {
	case days > 1:
		return fmt.Sprintf("%d days %s", days, text)
	case days == 1:
		return "1 day " + text
	}
	return text
}

// disable keeps a lock that is there. "Succesfully" is the plugin's spelling.
func (n node) disable(asked request) reply {
	if n.has(disabledLock) {
		const text = "Could not disable Puppet: Already disabled"
		return aborted(text, map[string]any{"enabled": false, "status": text})
	}
	message := asked.text("message")
	if asked.Data["message"] == nil {
		at := time.Now().Format("2006-01-02 15:04")
		message = fmt.Sprintf("Disabled via MCollective by %s at %s", asked.Caller, at)
	}
	if err := n.lock(message); err != nil {
		text := "Could not disable Puppet: " + err.Error()
		return aborted(text, map[string]any{"enabled": true, "status": text})
	}
	return ok(map[string]any{"enabled": false, "status": "Succesfully locked the Puppet agent: " + message})
}

// enable removes the lock, whoever owns it.
func (n node) enable() reply {
	if os.Remove(n.file(disabledLock)) != nil {
		const text = "Could not enable Puppet: Already enabled"
		return aborted(text, map[string]any{"enabled": true, "status": text})
	}
	return ok(map[string]any{"enabled": true, "status": "Succesfully enabled the Puppet agent"})
}

// runonce says that a process was started, not that it will run.
func (n node) runonce(asked request) reply {
	refuse := func(text string) reply {
		return aborted(text, map[string]any{"initiated_at": 0, "summary": text})
	}
	if n.has(disabledLock) {
		message := n.disableMessage()
		if message == "" {
			return refuse("Puppet is disabled")
		}
		if message == nil {
			message = ""
		}
		return refuse(fmt.Sprintf("Puppet is disabled: '%s'", message))
	}
	if asked.text("server") != "" {
		return refuse("Passing 'server' option is not allowed in module configuration")
	}
	if n.applying() {
		return refuse("Puppet is currently applying a catalog, cannot run now")
	}
	options := runOptions(asked)
	if err := n.start(options); err != nil {
		return reply{5, err.Error(), map[string]any{"initiated_at": 0, "summary": ""}}
	}
	command := strings.Join(append(append([]string{"puppet", "agent"}, runFlags...), options...), " ")
	return ok(map[string]any{
		"initiated_at": time.Now().Unix(),
		"summary":      fmt.Sprintf("Started a Puppet run using the '%s' command", command),
	})
}

// runFlags of every run.
var runFlags = []string{"--onetime", "--no-daemonize", "--color=false", "--show_diff", "--verbose"}

// runOptions: in the plugin's order, with its default splay, which the stand-in's own runs do not sleep.
func runOptions(asked request) []string {
	var options []string
	named := func(input string) {
		if value := asked.text(input); value != "" {
			options = append(options, "--"+input, value)
		}
	}
	named("tags")
	named("skip_tags")
	if force, _ := asked.flag("force"); force {
		options = append(options, "--no-splay")
	} else {
		options = append(options, "--splay", "--splaylimit", "30")
	}
	for _, input := range []string{"noop", "environment", "use_cached_catalog"} {
		if input == "environment" {
			named(input)
		} else if value, given := asked.flag(input); given {
			options = append(options, map[bool]string{true: "--", false: "--no-"}[value]+input)
		}
	}
	return options
}

// start leaves a process that outlives this one and that nobody waits for, as the plugin does.
func (n node) start(options []string) error {
	if n.isReal() {
		return n.startReal(options)
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.Command(self, append([]string{"run", n.dir}, options...)...)
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := child.Start(); err != nil {
		return err
	}
	// Before the reply: whoever knows of the request can find the process.
	n.note(child.Process.Pid, "requested", n.scenario().Outcome, options)
	return child.Process.Release()
}
