package bench

import (
	"encoding/json"
	"fmt"
	"io"

	"frontdoor/internal/term"
)

// Record is one measurement beside one peer, or alone if Peer is empty. Ratio
// says how many times as fast as the peer this program is: above one is faster,
// whether the unit is a speed or a time. It is the median of the rounds' own
// ratios, not the ratio of the two medians.
type Record struct {
	Name      string  `json:"name"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit"`
	Threads   int     `json:"threads"`
	Peer      string  `json:"peer"`
	PeerValue float64 `json:"peer_value"`
	Ratio     float64 `json:"ratio"`
}

// printer writes records as they come: as lines of text, in which the peers of
// one measurement share a line, or at the end as one JSON array.
type printer struct {
	w       io.Writer
	json    bool
	records []Record
	last    Record
	n       int
}

func newPrinter(w io.Writer, asJSON bool) *printer { return &printer{w: w, json: asJSON} }

func (p *printer) add(r Record) {
	p.n++
	if p.json {
		p.records = append(p.records, r)
		return
	}
	if r.Name != p.last.Name || r.Threads != p.last.Threads {
		if p.n > 1 {
			fmt.Fprintln(p.w)
		}
		where := fmt.Sprintf("%d threads", r.Threads)
		if r.Threads == 0 {
			where = "GPU"
		}
		fmt.Fprintf(p.w, "%-24s %-9s  %8.4g %s", r.Name, where, r.Value, r.Unit)
	}
	p.last = r
	if r.Peer != "" {
		fmt.Fprintf(p.w, "   %s %.4g (x%.3f", r.Peer, r.PeerValue, r.Ratio)
		if t := target(r); t > 0 {
			fmt.Fprintf(p.w, " of %g", t)
		}
		fmt.Fprint(p.w, ")")
	}
}

// end writes what is left.
func (p *printer) end() error {
	if !p.json {
		_, err := fmt.Fprintln(p.w)
		return err
	}
	enc := json.NewEncoder(term.SafeJSON(p.w))
	enc.SetIndent("", "  ")
	if err := enc.Encode(p.records); err != nil {
		return fmt.Errorf("writing the records: %w", err)
	}
	return nil
}
