package coop

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"

	"frontdoor/imaging"
	"frontdoor/internal/parallel"
	"frontdoor/internal/safefile"
)

// checkBatch is how many images are read between two looks at the context.
const checkBatch = 256

// signature tells most files apart by a few bytes: the length, and a checksum
// of the end.
type signature struct {
	size int64
	end  uint32
}

// readable is a file that could be read.
type readable struct {
	listing
	signature
}

// read reads the images, in parallel, and notes in order what is wrong with
// them. It returns the others.
func (c *Check) read(ctx context.Context, all []listing, opt CheckOptions) ([]readable, error) {
	good := make([]readable, 0, len(all))
	for lo := 0; lo < len(all); lo += checkBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		batch := all[lo:min(lo+checkBatch, len(all))]
		errs, signs := make([]error, len(batch)), make([]signature, len(batch))
		parallel.For(len(batch), 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				signs[i], errs[i] = checkFile(ctx, batch[i].Path, opt.Quick)
			}
		})
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, err := range errs {
			switch {
			case err == nil:
				good = append(good, readable{batch[i], signs[i]})
			case errors.Is(err, fs.ErrNotExist):
				c.note("%s is missing", batch[i].Path)
			default:
				c.note("%s cannot be read: %s", batch[i].Path, strings.TrimPrefix(err.Error(), "image "+batch[i].Path+": "))
			}
		}
		if opt.Progress != nil {
			opt.Progress(lo+len(batch), len(all))
		}
	}
	return good, nil
}

// checkFile checks one file and returns its signature.
func checkFile(ctx context.Context, path string, quick bool) (signature, error) {
	check := imaging.Verify
	if quick {
		check = imaging.Glance
	}
	if err := check(ctx, path); err != nil {
		return signature{}, err
	}
	file, size, err := safefile.Open(path)
	if err != nil {
		return signature{}, err
	}
	defer file.Close()
	end := make([]byte, min(size, 512))
	if _, err := file.ReadAt(end, size-int64(len(end))); err != nil {
		return signature{}, err
	}
	return signature{size, crc32.ChecksumIEEE(end)}, nil
}

// duplicates finds files of equal content in several splits. Only those whose
// signatures agree are read.
func (c *Check) duplicates(ctx context.Context, files []readable, distinct bool) error {
	alike := map[signature][]listing{}
	for _, f := range files {
		alike[f.signature] = append(alike[f.signature], f.listing)
	}
	groups := 0
	var first string
	for _, f := range files { // in order, not in the map's
		group := alike[f.signature]
		delete(alike, f.signature)
		if len(group) < 2 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, same := range equalContent(group) {
			text, across := describe(same)
			switch {
			case !across:
			case distinct:
				c.note("%s", text)
			default:
				if groups++; groups == 1 {
					first = text
				}
			}
		}
	}
	if groups > 0 {
		c.Notes = append(c.Notes, c.Name+": "+plural(groups, "content", "contents")+" of files in more than one split, as the published images may have; the first: "+first)
	}
	return nil
}

// equalContent divides files into those that hold the same bytes, in order. A
// file that cannot be read any more is left out.
func equalContent(files []listing) [][]listing {
	sums := make([][sha256.Size]byte, len(files))
	ok := make([]bool, len(files))
	parallel.For(len(files), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			sums[i], ok[i] = contentSum(files[i].Path)
		}
	})
	at := map[[sha256.Size]byte]int{}
	var out [][]listing
	for i, f := range files {
		if !ok[i] {
			continue
		}
		k, known := at[sums[i]]
		if !known {
			k = len(out)
			at[sums[i]] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], f)
	}
	return out
}

func contentSum(path string) (sum [sha256.Size]byte, ok bool) {
	file, _, err := safefile.Open(path)
	if err != nil {
		return sum, false
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return sum, false
	}
	h.Sum(sum[:0])
	return sum, true
}

// describe names files of one content and their splits, one of each split first,
// and says whether there is more than one split.
func describe(same []listing) (text string, across bool) {
	const most = len(splitNames)
	var seen [most]bool
	var firsts, others []listing
	for _, f := range same {
		if seen[f.split] {
			others = append(others, f)
			continue
		}
		seen[f.split] = true
		firsts = append(firsts, f)
	}
	across = len(firsts) > 1
	for i, f := range append(firsts, others...) {
		if i < most {
			if i > 0 {
				text += ", "
			}
			text += f.Path + " (" + splitNames[f.split] + ")"
		}
	}
	if n := len(same) - most; n > 0 {
		text += " and " + plural(n, "other", "others")
	}
	return text + " have the same content", across
}
