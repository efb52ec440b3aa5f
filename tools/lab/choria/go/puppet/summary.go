package main

import "time"

// summary is Puppet's last_run_summary file; a section that Puppet leaves out is nil.
type summary struct {
	Version     map[string]any     `json:"version"`
	Application map[string]any     `json:"application,omitempty"`
	Resources   map[string]int     `json:"resources"`
	Time        map[string]float64 `json:"time"`
	Changes     map[string]int     `json:"changes"`
	Events      map[string]int     `json:"events"`
}

// summary of the last run; of a node that never ran what the plugin makes of a missing file. Only that of a real
// Puppet may be one that cannot be read.
func (n node) summary() (summary, error) {
	read := summary{
		Version:   map[string]any{},
		Resources: map[string]int{},
		Time:      map[string]float64{},
		Changes:   map[string]int{},
		Events:    map[string]int{},
	}
	if n.isReal() {
		return read, readYAML(n.Summary, &read)
	}
	_ = readJSON(n.file(summaryFile), &read)
	return read, nil
}

// lastRun: end of the last run, seconds since 1970; 0: never.
func (s summary) lastRun() int64 { return int64(s.Time["last_run"]) }

func (n node) logs() ([]logLine, error) {
	if n.isReal() {
		return n.realLogs()
	}
	lines := []logLine{}
	_ = readJSON(n.file(reportFile), &lines)
	return lines, nil
}

func (n node) lastRunSummary(withLogs bool) reply {
	s, err := n.summary()
	if err != nil {
		return broken(err)
	}
	// An empty object where logs were not asked for: the plugin's own oddity.
	var logs any = map[string]any{}
	if withLogs {
		if logs, err = n.logs(); err != nil {
			return broken(err)
		}
	}
	version, known := s.Version["config"]
	if !known {
		version = "unknown"
	}
	types := map[string]int{}
	if n.isReal() {
		types = n.realTypes()
	} else if s.lastRun() > 0 {
		types = map[string]int{"Exec": 1, "File": 1}
	}
	return ok(map[string]any{
		"changed_resources":     s.Resources["changed"],
		"config_retrieval_time": s.Time["config_retrieval"],
		"config_version":        version,
		"corrected_resources":   s.Resources["corrective_change"],
		"failed_resources":      s.Resources["failed"],
		"lastrun":               s.lastRun(),
		"logs":                  logs,
		"out_of_sync_resources": s.Resources["out_of_sync"],
		"since_lastrun":         time.Now().Unix() - s.lastRun(),
		"summary":               s,
		"total_resources":       s.Resources["total"],
		"total_time":            s.Time["total"],
		"type_distribution":     types,
	})
}
