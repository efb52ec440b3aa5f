package main

import (
	"fmt"
	"time"
)

// puppetVersion whose records these are.
const puppetVersion = "7.23.0"

// finished is a run that came to an end that Puppet records.
type finished struct {
	// changed, unchanged, failed, cached, nocatalog; others are recorded as changed.
	outcome        string
	noop           bool
	environment    string
	started, ended time.Time
}

// record writes what Puppet leaves behind: the summary, and the report a moment later. Figures and lines
// are those of real runs of Puppet 7.23 that ended so.
func (n node) record(run finished) error {
	if run.environment == "" {
		run.environment = "production"
	}
	version := any(run.ended.Unix() - 1)
	last, err := n.summary()
	if err != nil {
		return err
	}
	switch before, known := last.Version["config"].(float64); {
	case run.outcome == "nocatalog":
		version = nil
	case run.outcome == "cached" && known:
		version = int64(before)
	}
	if err := writeJSON(n.file(summaryFile), run.summary(version)); err != nil {
		return err
	}
	time.Sleep(reportDelay)
	return writeJSON(n.file(reportFile), run.logs(n.name(), version))
}

func (run finished) summary(version any) summary {
	total := run.ended.Sub(run.started).Seconds()
	s := summary{
		Version: map[string]any{"config": version, "puppet": puppetVersion},
		Application: map[string]any{
			"run_mode": "agent", "initial_environment": run.environment, "converged_environment": run.environment,
		},
		Resources: map[string]int{
			"changed": 1, "corrective_change": 1, "failed": 0, "failed_to_restart": 0, "out_of_sync": 1,
			"restarted": 0, "scheduled": 0, "skipped": 0, "total": 9,
		},
		Time: map[string]float64{
			"startup_time": total / 10, "plugin_sync": total / 30, "fact_generation": total / 4,
			"config_retrieval": total / 10, "convert_catalog": total / 200, "catalog_application": total / 2,
			"transaction_evaluation": total / 2, "exec": total / 2, "file": 0.001070424, "filebucket": 0.000058827,
			"schedule": 0.000312674, "total": total, "last_run": float64(run.ended.Unix()),
		},
		Changes: map[string]int{"total": 1},
		Events:  map[string]int{"failure": 0, "success": 1, "total": 1},
	}
	set := func(figures map[string]int, changed map[string]int) {
		for key, value := range changed {
			figures[key] = value
		}
	}
	nothing := map[string]int{"changed": 0, "corrective_change": 0, "out_of_sync": 0}
	switch {
	case run.outcome == "nocatalog":
		set(s.Resources, nothing)
		s.Resources["total"] = 0
		set(s.Events, map[string]int{"success": 0, "total": 0})
		s.Changes["total"] = 0
		for _, phase := range []string{
			"config_retrieval", "convert_catalog", "catalog_application", "transaction_evaluation",
			"exec", "file", "filebucket", "schedule",
		} {
			delete(s.Time, phase)
		}
	case run.outcome == "failed":
		set(s.Resources, map[string]int{"failed": 1, "out_of_sync": 2, "skipped": 1, "total": 10})
		set(s.Events, map[string]int{"failure": 1, "total": 2})
		// The file depends on what failed and was skipped.
		delete(s.Time, "file")
	case run.outcome == "unchanged":
		set(s.Resources, nothing)
		set(s.Events, map[string]int{"success": 0, "total": 0})
		s.Changes["total"] = 0
	case run.outcome == "cached":
		s.Time["config_retrieval"] = 0.002692158999707317
	case run.noop:
		set(s.Resources, map[string]int{"changed": 0, "corrective_change": 0})
		set(s.Events, map[string]int{"success": 0, "noop": 1})
		s.Changes["total"] = 0
	}
	return s
}

// logLine is a line of Puppet's report as last_run_summary gives it; seconds since 1970.
type logLine struct {
	Level   string `json:"level"`
	Msg     string `json:"msg"`
	Source  string `json:"source"`
	Time    int64  `json:"time"`
	TimeUTC int64  `json:"time_utc"`
}

func (run finished) logs(name string, version any) []logLine {
	lines := []logLine{}
	at := run.started.Unix()
	from := func(source, level, msg string) {
		lines = append(lines, logLine{level, msg, source, at, at})
	}
	puppet := func(level, msg string) { from("Puppet", level, msg) }
	puppet("info", fmt.Sprintf("Using environment '%s'", run.environment))
	puppet("info", "Retrieving pluginfacts")
	puppet("info", "Retrieving plugin")
	// Real nodes have harmless faults of this kind: `err` alone means nothing.
	from("Facter", "err", "Permission denied @ rb_sysopen - /proc/1/environ")
	at = run.ended.Unix()
	if run.outcome == "nocatalog" || run.outcome == "cached" {
		puppet("err", "Could not retrieve catalog from remote server: Error 500 on SERVER: Server Error: "+
			"Evaluation Error: Error while evaluating a Function Call, lab: the code for "+name+
			" does not compile (file: /etc/puppetlabs/code/environments/production/manifests/site.pp, line: 7, column: 28) on node "+name)
	}
	if run.outcome == "nocatalog" {
		puppet("err", "Could not retrieve catalog; skipping run")
		return lines
	}
	if run.outcome == "cached" {
		puppet("info", fmt.Sprintf("Using cached catalog from environment '%s'", run.environment))
	}
	puppet("info", "Caching catalog for "+name)
	puppet("info", fmt.Sprintf("Applying configuration version '%v'", version))
	work := fmt.Sprintf("/Stage[main]/Main/Node[%s]/Exec[work of %s]/returns", name, name)
	switch {
	case run.outcome == "unchanged":
	case run.noop:
		from(work, "notice", "current_value 'notrun', should be ['0'] (noop)")
	default:
		from(work, "notice", "executed successfully (corrective)")
	}
	if run.outcome == "failed" {
		const said = "'/usr/local/bin/work' returned 3 instead of one of [0]"
		dependent := fmt.Sprintf("/Stage[main]/Main/Node[%s]/File[/etc/work.conf]", name)
		// A failing exec logs twice, once with source Puppet.
		puppet("err", said)
		from(work, "err", "change from 'notrun' to ['0'] failed: "+said)
		from(dependent, "notice", fmt.Sprintf("Dependency Exec[work of %s] has failures: true", name))
		from(dependent, "warning", "Skipping because of failed dependencies")
	}
	puppet("notice", fmt.Sprintf("Applied catalog in %.2f seconds", run.ended.Sub(run.started).Seconds()/2))
	return lines
}
