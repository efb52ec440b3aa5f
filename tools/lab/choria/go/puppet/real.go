package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// real is where a node's own Puppet keeps what the agent reads, and how it is run. Of the plugin 2.5.0 it leaves
// out daemons and the second of CPU that each of its calls costs.
type real struct {
	// Summary: Puppet's last_run_summary.yaml. Empty: the node's runs are the stand-in's own.
	Summary string `json:"summary"`
	// Command is `puppet agent` with what makes it this node's.
	Command []string `json:"command"`
}

// realReport and resourcesFile are in the state folder, beside the locks.
const (
	realReport    = "last_run_report.yaml"
	resourcesFile = "resources.txt"
)

// readYAML leaves `into` as it is where there is no such file, as before a node's first run.
func readYAML(file string, into any) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return yaml.Unmarshal(text, into)
}

// startReal leaves a process that outlives this one and that nobody waits for; what it prints is lost, as with
// the plugin.
func (n node) startReal(options []string) error {
	words := append(append([]string{}, n.Command[1:]...), runFlags...)
	child := exec.Command(n.Command[0], append(words, options...)...)
	child.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := child.Start(); err != nil {
		return err
	}
	n.note(child.Process.Pid, "requested", "real", options)
	return child.Process.Release()
}

// realLogs are the lines of Puppet's own report. Its Ruby types are tags, which say nothing here.
func (n node) realLogs() ([]logLine, error) {
	var report struct {
		Logs []struct {
			Level   string
			Message string
			Source  string
			Time    string
		}
	}
	if err := readYAML(n.file(realReport), &report); err != nil {
		return nil, err
	}
	lines := []logLine{}
	for _, line := range report.Logs {
		at, err := time.Parse(time.RFC3339Nano, line.Time)
		if err != nil {
			return nil, err
		}
		level := strings.TrimPrefix(line.Level, ":")
		lines = append(lines, logLine{level, line.Message, line.Source, at.Unix(), at.Unix()})
	}
	return lines, nil
}

// realTypes counts the resources of the last catalog that was converted by type: a line each, `type[title]`.
func (n node) realTypes() map[string]int {
	types := map[string]int{}
	text, _ := os.ReadFile(n.file(resourcesFile))
	for line := range strings.Lines(string(text)) {
		if name, _, is := strings.Cut(line, "["); is {
			types[capitals(name)]++
		}
	}
	return types
}

// capitals of a type's name, each part of it: `choirmaster::component` is `Choirmaster::Component`.
func capitals(name string) string {
	parts := strings.Split(name, "::")
	for index, part := range parts {
		letters := []rune(part)
		if len(letters) > 0 {
			letters[0] = unicode.ToUpper(letters[0])
		}
		parts[index] = string(letters)
	}
	return strings.Join(parts, "::")
}
