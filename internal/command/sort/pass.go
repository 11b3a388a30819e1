package sort

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"frontdoor"
	"frontdoor/data/files"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

// Folders of photographs without a certain class. No class has these names:
// see folderNames.
const (
	unsureFolder     = "_unsure"
	unfamiliarFolder = "_unfamiliar"
)

// batch is how many photographs are asked about at once.
const batch = 32

// settled is how long a watched file must not have changed: it may be one that is
// just being written.
const settled = 2 * time.Second

// mostNotes is how many unreadable files are named one by one.
const mostNotes = 10

// pass is one way through the photographs.
type pass struct {
	*options
	classifier *frontdoor.Classifier
	*destination
	out, errs io.Writer

	done    keys
	waiting []photo
	bar     *term.Progress

	seen, unread int
	counts       map[string]int // photographs by folder
}

// photo is a file to look at.
type photo struct {
	path     string // absolute
	size     int64
	modified time.Time
}

// do looks at every photograph that is not sorted yet.
func (p *pass) do(ctx context.Context) error {
	var err error
	if p.done, err = p.read(); err != nil {
		return err
	}
	root, err := filepath.Abs(p.photos)
	if err != nil {
		return err
	}
	p.bar = term.NewProgress(p.errs, 0, "sort") // how many there are is not known
	apart, err := os.Stat(p.into)
	if err != nil {
		apart = nil // it is not there in a trial
	}
	err = files.Stream(ctx, root, apart, func(path string) error {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() || p.watch && time.Since(info.ModTime()) < settled {
			return nil // gone meanwhile, or not complete
		}
		f := photo{path, info.Size(), info.ModTime()}
		if p.done.has(f.key()) {
			return nil
		}
		if p.waiting = append(p.waiting, f); len(p.waiting) < batch {
			return nil
		}
		return p.flush(ctx)
	})
	if err == nil {
		err = p.flush(ctx)
	}
	if p.seen > 0 {
		p.bar.Done()
	}
	return err
}

// flush asks about the photographs that wait, and places them.
func (p *pass) flush(ctx context.Context) error {
	if len(p.waiting) == 0 {
		return nil
	}
	paths := make([]string, len(p.waiting))
	for i, f := range p.waiting {
		paths[i] = f.path
	}
	answers, err := p.classifier.ClassifyFiles(ctx, paths...)
	bad := frontdoor.ImageErrors(err)
	if err != nil && len(bad) == 0 {
		return err
	}
	unread := map[int]error{}
	for _, e := range bad {
		unread[e.Index] = e.Err
	}
	for i, f := range p.waiting {
		if err := p.one(f, answers[i], unread[i]); err != nil {
			return err
		}
	}
	p.bar.Add(len(p.waiting))
	p.waiting = p.waiting[:0]
	return p.sync()
}

// one places one photograph, or says what it would do. What cannot be read is
// noted, and tried again only when it has changed.
func (p *pass) one(f photo, a frontdoor.Answer, bad error) error {
	p.seen++
	if bad != nil {
		if p.unread++; p.unread <= mostNotes {
			fmt.Fprintf(term.Shown(p.errs), "sort: note: passed over: %v\n", bad)
		}
		if !p.apply {
			return nil
		}
		return p.note(f, record{verdict: "unreadable"})
	}
	verdict := p.judge(a)
	folder := p.folders[a.Class]
	switch verdict {
	case frontdoor.Unsure:
		folder = unsureFolder
	case frontdoor.Unfamiliar:
		folder = unfamiliarFolder
	}
	p.counts[folder]++
	if !p.apply {
		// Its name there may be another, if there are several of one name.
		_, err := fmt.Fprintf(p.out, "%s -> %s\n", f.path, filepath.Join(p.into, folder))
		return err
	}
	placed, err := p.place(f, folder)
	if err != nil {
		return err
	}
	if p.xmp {
		if err := p.writeXMP(placed+".xmp", a.Class, verdict); err != nil {
			return err
		}
	}
	return p.note(f, record{a.Class, verdict.String(), a.Probability, a.Uncertainty, placed})
}

// judge is the verdict on an answer: the run's, or for want of a promise what the
// flags make of it.
func (p *pass) judge(a frontdoor.Answer) frontdoor.Verdict {
	switch {
	case a.Verdict != frontdoor.Unjudged:
		return a.Verdict
	case float64(a.Uncertainty) > p.unfamiliar:
		return frontdoor.Unfamiliar
	case float64(a.Probability) < p.unsure:
		return frontdoor.Unsure
	}
	return frontdoor.Unjudged
}

// summary says how many photographs went, or would go, where.
func (p *pass) summary() {
	t := term.Table{Header: []string{"folder", "photographs"}, Align: []term.Align{term.Left, term.Right}}
	for _, folder := range slices.Sorted(maps.Keys(p.counts)) {
		t.Rows = append(t.Rows, []string{folder, fmt.Sprint(p.counts[folder])})
	}
	if len(t.Rows) > 0 {
		fmt.Fprint(p.out, t.Fit(term.Columns(p.out)))
	}
	switch {
	case p.seen == 0:
		fmt.Fprintln(p.out, "nothing new")
	case p.unread > 0:
		fmt.Fprintf(p.out, "files that are no images that can be read: %d\n", p.unread)
	}
	if !p.apply && len(p.counts) > 0 {
		fmt.Fprintln(p.out, "nothing was done; -apply does it")
	}
}

// err is the error of a pass that found no photograph at all.
func (p *pass) err() error {
	if p.seen > 0 && len(p.counts) == 0 {
		return fmt.Errorf("%s holds no image that can be read", cli.Quote(p.photos))
	}
	return nil
}
