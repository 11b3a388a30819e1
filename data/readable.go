package data

import "context"

// Readable decodes every item and returns those that open; the others are noted
// in the report. Folder reads headers only, so a file that is cut off in the
// middle gets past it: this finds them, at the price of decoding all. It
// returns an error only if ctx ends.
func Readable(ctx context.Context, items []Item, r *Report) ([]Item, error) {
	out := make([]Item, 0, len(items))
	for _, it := range items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if _, err := it.Open(); err != nil {
			r.AddError(it.Name(), err)
			continue
		}
		out = append(out, it)
	}
	return out, nil
}
