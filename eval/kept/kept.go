package kept

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/imaging"
	"frontdoor/internal/featurecache"
)

// Key identifies the bytes of an image, or a crop of it.
type Key = featurecache.Key

// Folder is a folder of features for one model. A nil Folder keeps nothing.
type Folder struct {
	cache *featurecache.Cache
	files *featurecache.Files
	model string
	width int    // D
	embed int    // E
	how   string // pixels are made of a file
}

// Bytes bounds what a folder of features may take.
const Bytes = 16 << 30

// Open opens a folder for a model whose arithmetic rounds as the kernel says.
// root is the folder that the images are below; "" stands for the current one.
func Open(dir, root string, m *clip.Model, kernel string) (*Folder, error) {
	c, err := featurecache.Open(dir, Bytes)
	if err != nil {
		return nil, err
	}
	files, err := c.Files(root)
	if err != nil {
		return nil, err
	}
	_, how := m.Prepare()
	mean, std := m.Statistics()
	return &Folder{
		cache: c, files: files, model: m.VisionDigest() + " " + kernel, width: m.Config.Vision.Width, embed: m.Config.Embed,
		how: fmt.Sprintf("decoders %d, side %d, prepared %q, mean %v, deviation %v", imaging.Revision, m.Config.Vision.Image, how, mean, std),
	}, nil
}

// Save writes which content the files have.
func (f *Folder) Save() error {
	if f == nil {
		return nil
	}
	return f.files.Save()
}

// Identity is what an image is known by: the digest of its bytes, and whether it
// is turned, so that it is the same wherever it lies; or of its name if it has no
// bytes. keep says that its features are kept.
func (f *Folder) Identity(it data.Item) (key Key, keep bool, err error) {
	c, ok := it.Content()
	if !ok {
		return sha256.Sum256([]byte("name " + it.Name())), false, nil
	}
	key, err = f.Of(c)
	return key, f != nil && err == nil, err
}

// Of is Identity for the content of an image.
func (f *Folder) Of(c data.Content) (key Key, err error) {
	switch {
	case c.Path == "":
		var b []byte
		if b, err = c.Read(); err == nil {
			key = sha256.Sum256(b)
		}
	case f == nil:
		key, err = featurecache.Digest(c.Path)
	default:
		key, err = f.files.Key(c.Path)
	}
	if c.How != "" {
		key = sha256.Sum256(append(key[:], c.How...))
	}
	return key, err
}

// Crop is a random crop of an image: the same for every seed and method that
// crops like this.
type Crop struct {
	Image Key
	Draw  int
}

// key is that of a crop's features.
func (c Crop) key() Key {
	return sha256.Sum256(binary.LittleEndian.AppendUint64(c.Image[:], uint64(c.Draw)))
}

// Whole returns the features of images as they are. Those that are missing are
// asked of compute, by their indices in keys, which returns nil for an image that
// cannot be read.
func (f *Folder) Whole(ctx context.Context, keys []Key, compute func(missing []int) ([][]float32, error)) ([][]float32, error) {
	return f.rows(ctx, f.whole(), keys, compute)
}

// Find returns what is kept of the features of images as they are, nil for the
// others.
func (f *Folder) Find(keys []Key) [][]float32 { return f.find(f.whole(), keys) }

// Add keeps features of images as they are.
func (f *Folder) Add(ctx context.Context, keys []Key, rows [][]float32) error {
	_, err := f.Whole(ctx, keys, func(missing []int) ([][]float32, error) {
		some := make([][]float32, len(missing))
		for j, i := range missing {
			some[j] = rows[i]
		}
		return some, nil
	})
	return err
}

// Crops is Whole for random crops of a view.
func (f *Folder) Crops(ctx context.Context, v augment.View, crops []Crop, compute func(missing []int) ([][]float32, error)) ([][]float32, error) {
	return f.rows(ctx, f.cropped(v), cropKeys(crops), compute)
}

func cropKeys(crops []Crop) []Key {
	keys := make([]Key, len(crops))
	for i, c := range crops {
		keys[i] = c.key()
	}
	return keys
}

func (f *Folder) whole() featurecache.Space {
	return featurecache.Space{Model: f.model, View: "whole, " + f.how, Width: f.width}
}

// cropped has a number of its own: a change of how crops are drawn needs another.
func (f *Folder) cropped(v augment.View) featurecache.Space {
	return featurecache.Space{Model: f.model, View: fmt.Sprintf("random crops 1: %+v, %s", v, f.how), Width: f.width}
}

func (f *Folder) rows(ctx context.Context, s featurecache.Space, keys []Key, compute func(missing []int) ([][]float32, error)) ([][]float32, error) {
	store, err := f.cache.Space(s)
	if err != nil {
		return nil, err
	}
	return store.Rows(ctx, keys, compute)
}

// HasWhole says which items have their features kept.
func (f *Folder) HasWhole(items []data.Item) []bool {
	has := make([]bool, len(items))
	if f == nil {
		return has
	}
	for i, it := range items {
		if key, keep, err := f.Identity(it); err == nil && keep {
			has[i] = f.count(f.whole(), []Key{key}) == 1
		}
	}
	return has
}

// CountCrops is how many of the first random crops of an item have their features
// kept.
func (f *Folder) CountCrops(v augment.View, draws int, it data.Item) int {
	if f == nil {
		return 0
	}
	id, keep, err := f.Identity(it)
	if err != nil || !keep {
		return 0
	}
	var crops []Crop
	for r := range draws {
		crops = append(crops, Crop{id, r})
	}
	return f.count(f.cropped(v), cropKeys(crops))
}

func (f *Folder) count(s featurecache.Space, keys []Key) (n int) {
	for _, row := range f.find(s, keys) {
		if row != nil {
			n++
		}
	}
	return n
}

// find returns what a space has of the keys.
func (f *Folder) find(s featurecache.Space, keys []Key) [][]float32 {
	store, err := f.cache.Space(s)
	if err != nil {
		return make([][]float32, len(keys))
	}
	return store.Find(keys)
}
