package serve

import (
	"net"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdoor/internal/cli"
	"frontdoor/serve"
)

// check reports flags that exclude or need each other.
func (o *options) check() error {
	runs := slices.ContainsFunc(o.sources, func(s source) bool { return s.isRun })
	models := slices.ContainsFunc(o.sources, func(s source) bool { return !s.isRun })
	switch {
	case !runs && !models:
		return cli.Usagef("say what to serve: -run RUN (the folder that train left), or -model FILE -labels NAMES (-h explains)")
	case !models && o.labels != "":
		return cli.Usagef("-labels goes with -model")
	case !runs && o.runModel != "":
		return cli.Usagef("-run-model goes with -run")
	case o.labels == "" && len(o.templates) > 0:
		return cli.Usagef("-template goes with -labels")
	case o.upstream != nil && !slices.Contains(o.doors, serve.Immich):
		return cli.Usagef("-upstream goes with -as immich")
	case !slices.Contains([]string{"text", "json", "off"}, o.log):
		return cli.Usagef("-log %s: want text, json or off", o.log)
	}
	if err := o.checkLimits(); err != nil {
		return err
	}
	for _, s := range o.sources {
		if _, path := splitName(s.text, false); path == "" {
			return cli.Usagef("%q says nothing of where the model is: want PATH or NAME=PATH", s.text)
		}
	}
	for _, t := range o.templates {
		if !strings.Contains(t, "{}") {
			return cli.Usagef("-template %q: it needs {} where the class name goes", t)
		}
	}
	host, _, err := net.SplitHostPort(o.listen)
	if err != nil {
		return cli.Usagef("-listen %s: want HOST:PORT: %v", o.listen, err)
	}
	if o.tokenFile == "" && !isLoopback(host) {
		return cli.Usagef("-listen %s lets other machines ask: give a -token-file with the token that they must carry", o.listen)
	}
	return nil
}

// checkLimits reports limits that nothing can keep, and computes bytes of MB.
func (o *options) checkLimits() error {
	l := &o.limits
	for _, n := range []struct {
		flag  string
		value int64
		most  int64
	}{
		{"max-body", o.bodyMB, 1 << 20}, {"max-bodies", o.bodiesMB, 1 << 20}, {"max-pixels", int64(o.megapixels), 178},
		{"max-images", int64(l.Images), 1 << 20}, {"max-texts", int64(l.Texts), 1 << 20}, {"queue", int64(l.Queue), 1 << 30},
		{"connections", int64(l.Connections), 1 << 20}, {"max-header", int64(o.headerK), 1 << 20}, {"batch", int64(o.batch), 1 << 12},
	} {
		if n.value < 1 || n.value > n.most {
			return cli.Usagef("-%s %d: want 1 to %d", n.flag, n.value, n.most)
		}
	}
	for _, t := range []struct {
		flag  string
		value time.Duration
	}{{"timeout", l.Time}, {"header-timeout", l.HeaderTime}, {"idle-timeout", l.IdleTime}} {
		if t.value <= 0 || t.value > 24*time.Hour {
			return cli.Usagef("-%s %v: want more than 0s, up to 24h", t.flag, t.value)
		}
	}
	switch {
	case o.bodiesMB < o.bodyMB:
		return cli.Usagef("-max-bodies %d is less than the -max-body %d of one request", o.bodiesMB, o.bodyMB)
	case l.Queue < max(l.Images, l.Texts):
		return cli.Usagef("-queue %d has no room for one request of -max-images %d or -max-texts %d", l.Queue, l.Images, l.Texts)
	}
	l.Body, l.Bodies, l.HeaderBytes = o.bodyMB<<20, o.bodiesMB<<20, o.headerK<<10
	return nil
}

// splitName divides NAME=PATH; a path alone is called as its last part, without what
// ends a file's name if there is one.
func splitName(s string, isFile bool) (name, path string) {
	if name, path, ok := strings.Cut(s, "="); ok && !strings.ContainsAny(name, `/\`) {
		return name, path
	}
	whole, err := filepath.Abs(s) // "." has a name, too
	if err != nil {
		whole = s
	}
	name = filepath.Base(whole)
	if isFile {
		name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	return name, s
}

// checkNames reports models that requests could not tell apart.
func checkNames(models []serve.Model) error {
	seen := map[string]bool{}
	for _, m := range models {
		switch {
		case m.Name == "" || strings.ContainsFunc(m.Name, unicode.IsControl) || !utf8.ValidString(m.Name):
			return cli.Usagef("a model cannot be called %q: give it a name, NAME=PATH", m.Name)
		case seen[m.Name]:
			return cli.Usagef("two models are called %q: give them names, NAME=PATH", m.Name)
		}
		seen[m.Name] = true
	}
	return nil
}
