package report

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"frontdoor/eval/rundir"
	"frontdoor/internal/shellword"
	"frontdoor/internal/term"
)

// fact is a line of the head of a run: a word and what it says.
type fact struct{ Name, Text string }

// facts say what a run was: with what, on what, when and where.
func facts(path string, results *rundir.Results, c *rundir.Config) ([]fact, error) {
	var all []fact
	add := func(name, format string, args ...any) {
		if text := fmt.Sprintf(format, args...); text != "" {
			all = append(all, fact{name, term.Clean(text)})
		}
	}
	history, err := rundir.ReadHistory(path)
	if err != nil {
		return nil, err
	}
	if len(c.Methods) > 0 { // else there is no configuration
		add("Data", "%s", dataText(c))
		add("Protocol", "%s", protocolText(c))
		add("Model", "%s", modelText(c))
		add("Seeds", "%s", strings.Trim(fmt.Sprint(c.Seeds), "[]"))
	}
	if len(history) > 0 {
		add("When", "%s", history[0].Began.UTC().Format("2 January 2006, 15:04 MST"))
		seconds := 0.0
		for _, h := range history {
			seconds += h.Seconds
		}
		add("Duration", "%s%s", duration(seconds), calls(len(history)))
		add("Machine", "%s", machines(history))
	} else if seconds := trained(results.Rows); seconds > 0 {
		add("Duration", "%s of training", duration(seconds))
	}
	add("Version", "%s", results.Version)
	return all, nil
}

// dataText names the datasets and where their files were.
func dataText(c *rundir.Config) string {
	var names []string
	for _, set := range c.Sets() {
		names = append(names, fmt.Sprintf("%s (%d classes)", title(set.Name), len(set.Classes)))
	}
	text := strings.Join(names, ", ")
	if c.Data != "" {
		text += " in " + c.Data
	}
	return text
}

// protocolText says what was trained on and tested.
func protocolText(c *rundir.Config) string {
	what := map[string]string{
		"base2new": "trained on the first half of the classes, tested on them and on the others",
		"fewshot":  "all classes, by the number of training images",
		"xd":       "trained on one dataset, tested on others",
		"dg":       "trained on one dataset, tested on shifted variants",
		"all":      "trained and tested on all classes",
	}[c.Protocol]
	shots := strings.Trim(strings.ReplaceAll(fmt.Sprint(c.AllShots()), " ", ", "), "[]")
	return fmt.Sprintf("%s: %s; %s training images a class", c.Protocol, what, shots)
}

func modelText(c *rundir.Config) string {
	if c.Backbone == "" {
		return c.Model
	}
	return c.Model + ", " + c.Backbone
}

// machines names what the run was computed on.
func machines(history []rundir.Stretch) string {
	var all []string
	for _, h := range history {
		parts := []string{h.Processor, fmt.Sprintf("%d threads", h.Threads), h.System, h.Go, h.Device}
		text := strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
		all = appendNew(all, text)
	}
	return strings.Join(all[:min(3, len(all))], "; ")
}

func calls(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" in %d calls", n)
}

// trained is the time of all trainings in seconds.
func trained(rows []rundir.Row) (seconds float64) {
	for _, r := range rows {
		if r.TrainSeconds != nil {
			seconds += *r.TrainSeconds
		}
	}
	return seconds
}

// duration writes seconds for people.
func duration(seconds float64) string {
	return term.Duration(time.Duration(seconds * float64(time.Second)))
}

// settings say how each method was trained.
func settings(c *rundir.Config) []fact {
	var all []fact
	for _, cell := range c.Cells() {
		name := cell.Method
		if cell.M > 0 {
			name += fmt.Sprintf("%s%d", countLabel, cell.M)
		}
		f := fact{spelled(name), term.Clean(c.For(cell).Describe())}
		if cell.How().Trained() && !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	return all
}

// readConfig returns the configuration of a run, or an empty one if there is
// none: tables can be made of results alone.
func readConfig(path string) (*rundir.Config, error) {
	c := new(rundir.Config)
	err := rundir.ReadJSON(path, rundir.ConfigFile, c)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err == nil && len(c.Methods) > 0 {
		return rundir.ReadConfig(path)
	}
	return c, err
}

// command returns what repeats the run, if it is harmless: somebody may paste it.
func command(r *rundir.Results) string {
	if shellword.Trains(r.Command) {
		return r.Command
	}
	return ""
}
