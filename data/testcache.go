package data

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"frontdoor/imaging"
	"frontdoor/internal/parallel"
	"frontdoor/internal/recordfile"
	"frontdoor/internal/safefile"
	"frontdoor/internal/setting"
)

// CacheOptions are the choices that CacheTests leaves to the caller.
type CacheOptions struct {
	// Dir is the folder of the cache files. It is made if need be.
	Dir string
	// Side is the side of the model's images in pixels.
	Side int
	// Prepare is what the model does with an image before it normalises it, to
	// Side by Side pixels, and How says in a few words what that is. Without
	// them it is imaging.Square.
	Prepare func(*imaging.Image) *imaging.Image
	How     string
	// Limit bounds the bytes of all cache files in Dir: files of other datasets
	// that were used least recently make room. 0 bounds nothing.
	Limit int64
	// Progress, if there is one, is told now and then how many of the images
	// that have to be decoded have been.
	Progress func(done, total int)
}

// bytes is how many bytes an image takes, 8-bit RGB.
func (o CacheOptions) bytes() int { return 3 * o.Side * o.Side }

// CacheTests returns the dataset with test images that come from a file on
// disk, decoded, scaled and cropped, which is what a model does with them first: so
// a model sees the same bytes, and runs that follow need not decode. The file is written here if there is none yet, if it
// is damaged, and for the images that changed (in name, length or time) since
// it was written. Images that cannot be read stay as they are. Training images
// are not kept, since they are cropped anew each time. An error is about the
// folder or the file of the cache, or ctx has ended.
func (d *Dataset) CacheTests(ctx context.Context, opt CacheOptions) (*Dataset, error) {
	c := &testCache{ctx: ctx, opt: opt, keys: map[string]recordfile.Key{}}
	c.add(d.Test)
	for _, s := range d.Extra {
		c.add(s.Items)
	}
	if len(c.files) == 0 {
		return d, nil // drawn pictures, not files
	}
	if err := os.MkdirAll(opt.Dir, 0o755); err != nil {
		return nil, setting.Errorf("image cache: %w; choose another {cache}", err)
	}
	path := filepath.Join(opt.Dir, c.name(d.Name))
	f, err := c.open(path)
	if f == nil || err != nil {
		return d, err
	}
	if opt.Limit > 0 {
		makeRoom(path, opt.Limit)
	}
	out := *d
	out.Test = c.wrap(f, d.Test)
	out.Extra = nil
	for _, s := range d.Extra {
		out.Extra = append(out.Extra, TestSet{s.Name, c.wrap(f, s.Items)})
	}
	return &out, nil
}

// testCache makes the cache of one dataset.
type testCache struct {
	ctx   context.Context
	opt   CacheOptions
	files []Source                  // in order, once each
	keys  map[string]recordfile.Key // of those that exist, by name
}

// add takes the items that are files.
func (c *testCache) add(items []Item) {
	for _, it := range items {
		_, turned, ok := filePath(it.Source)
		if _, known := c.keys[it.Name()]; !ok || known {
			continue
		}
		if key, err := cacheKey(it.Name(), c.opt.how()+turned); err == nil {
			c.files = append(c.files, it.Source)
			c.keys[it.Name()] = key
		}
	}
}

// how names what is made of an image.
func (o CacheOptions) how() string {
	if o.Prepare == nil {
		return fmt.Sprintf("square %d", o.Side)
	}
	return fmt.Sprintf("%s %d", o.How, o.Side)
}

// cacheKey identifies the pixels of a file: where it is, how long, how old,
// and what is made of it, by which revision of the decoders.
func cacheKey(path, how string) (recordfile.Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return recordfile.Key{}, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return recordfile.Key{}, err
	}
	return sha256.Sum256(fmt.Appendf(nil, "revision %d, %s\n%s\n%d %d", imaging.Revision, how, abs, info.Size(), info.ModTime().UnixNano())), nil
}

// name is that of the cache file: one for each dataset, folder, size and way to
// prepare images.
func (c *testCache) name(dataset string) string {
	where, err := filepath.Abs(filepath.Dir(c.files[0].Name()))
	if err != nil {
		where = c.files[0].Name()
	}
	if c.opt.Prepare != nil {
		where += "\n" + c.opt.how()
	}
	if _, turned, _ := filePath(c.files[0]); turned != "" {
		where += "\n" + turned
	}
	sum := sha256.Sum256([]byte(where))
	return fmt.Sprintf("%s-%d-%x"+pixelsSuffix, safefile.Name(filepath.Base(dataset)), c.opt.Side, sum[:4])
}

// open returns a cache file with all images that can be read, or nil if there
// are none.
func (c *testCache) open(path string) (*recordfile.File, error) {
	old, err := recordfile.Open(path, c.opt.bytes())
	if err != nil {
		old = nil // there is none, or it is of no use
	}
	have := c.undamaged(old)
	missing, useful := 0, false
	for i, ok := range have {
		if !ok {
			missing++
			// What cannot be read is missing for ever, and no reason to write.
			useful = useful || Item{Source: c.files[i]}.verify(c.ctx) == nil
		}
	}
	if err := c.ctx.Err(); err != nil {
		return nil, err
	}
	if !useful {
		return old, nil
	}
	if err := c.write(path, old, have, missing); err != nil {
		return nil, setting.Errorf("image cache: %w; choose another {cache}", err)
	}
	return recordfile.Open(path, c.opt.bytes())
}

// undamaged says for each file whether the old cache has it.
func (c *testCache) undamaged(old *recordfile.File) []bool {
	have := make([]bool, len(c.files))
	if old == nil {
		return have
	}
	parallel.For(len(have), readBatch, func(lo, hi int) {
		pix := make([]byte, c.opt.bytes())
		for i := lo; i < hi; i++ {
			have[i] = old.Get(pix, c.keys[c.files[i].Name()])
		}
	})
	return have
}

// cacheBatch is how many images are in memory while a cache is written.
const cacheBatch = 64

// write makes the cache file, with what the old one has and the rest decoded.
func (c *testCache) write(path string, old *recordfile.File, have []bool, missing int) error {
	done := 0
	return recordfile.Write(path, c.opt.bytes(), func(w *recordfile.Writer) error {
		for lo := 0; lo < len(c.files); lo += cacheBatch {
			if err := c.ctx.Err(); err != nil {
				return err
			}
			batch := c.files[lo:min(lo+cacheBatch, len(c.files))]
			pixels := make([][]byte, len(batch))
			parallel.For(len(batch), 1, func(from, to int) {
				for i := from; i < to; i++ {
					pixels[i] = c.pixels(batch[i], old, have[lo+i])
				}
			})
			for i, pix := range pixels {
				if !have[lo+i] {
					done++
				}
				if pix == nil {
					continue
				}
				if err := w.Add(c.keys[batch[i].Name()], pix); err != nil {
					return err
				}
			}
			if c.opt.Progress != nil {
				c.opt.Progress(done, missing)
			}
		}
		return nil
	})
}

// pixels returns the prepared pixels of a file; nil if it cannot be read.
func (c *testCache) pixels(f Source, old *recordfile.File, have bool) []byte {
	if have {
		pix := make([]byte, c.opt.bytes())
		old.Get(pix, c.keys[f.Name()])
		return pix
	}
	im, err := f.Open(c.ctx)
	if err != nil {
		return nil
	}
	if c.opt.Prepare != nil {
		return c.opt.Prepare(im).Pix
	}
	return imaging.Square(im, c.opt.Side).Pix
}

// wrap lets items come from the cache.
func (c *testCache) wrap(f *recordfile.File, items []Item) []Item {
	out := make([]Item, len(items))
	for i, it := range items {
		out[i] = it
		if _, _, ok := filePath(it.Source); ok {
			if key, ok := c.keys[it.Name()]; ok {
				out[i].Source = cachedFile{it.Source, f, key, c.opt.Side}
			}
		}
	}
	return out
}

// cachedFile is a file whose prepared pixels are in a cache.
type cachedFile struct {
	Source
	cache *recordfile.File
	key   recordfile.Key
	side  int
}

// Open returns the prepared image, or the image itself if the cache lacks it.
func (f cachedFile) Open(ctx context.Context) (*imaging.Image, error) {
	im := imaging.New(f.side, f.side)
	if !f.cache.Get(im.Pix, f.key) {
		return f.Source.Open(ctx)
	}
	return im, nil
}
