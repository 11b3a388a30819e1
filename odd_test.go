package frontdoor

import (
	"context"
	"errors"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdoor/data"
	"frontdoor/imaging"
)

// odd is a source of a program that does things a source must not do.
type odd struct {
	name string
	open func() (*imaging.Image, error)
}

func (o *odd) Name() string                                     { return o.name }
func (o *odd) Open(ctx context.Context) (*imaging.Image, error) { return o.open() }

func returning(im *imaging.Image) func() (*imaging.Image, error) {
	return func() (*imaging.Image, error) { return im, nil }
}

// Whatever a source does is the error of its image alone, in an answer as in a
// training, where it would end the process from a goroutine that nobody guards.
func TestOddSources(t *testing.T) {
	sources := []data.Source{
		&odd{"nothing", returning(nil)},
		&odd{"zero", returning(&imaging.Image{})},
		&odd{"short", returning(&imaging.Image{W: 10, H: 10, Pix: make([]uint8, 299)})},
		&odd{"negative", returning(&imaging.Image{W: -10, H: -10, Pix: make([]uint8, 300)})},
		&odd{"endless", returning(&imaging.Image{W: math.MaxInt, H: math.MaxInt, Pix: make([]uint8, 3)})},
		&odd{"panics", func() (*imaging.Image, error) { panic("no image") }},
		(*odd)(nil),
		nil,
		&odd{"good", func() (*imaging.Image, error) { return imaging.FromImage(disc(1)) }},
	}
	c := loaded(t)
	answers, err := c.ClassifySources(background, sources...)
	if bad := ImageErrors(err); len(bad) != len(sources)-1 || answers[len(sources)-1].Class == "" {
		t.Errorf("answers %v, error %v", answers, err)
	}
	ds := shapes(t)
	for _, s := range sources[:6] {
		ds.Train, ds.Val, ds.Test = append(ds.Train, data.Item{Source: s}), append(ds.Val, data.Item{Source: s}), append(ds.Test, data.Item{Source: s})
	}
	closing(t)(Train(background, "tiny", ds, TrainOptions{Method: "coop", Shots: 20, Epochs: 1}))
}

// A panic of Progress is an error of Train, since it comes from another goroutine
// than the caller's.
func TestProgressPanics(t *testing.T) {
	_, err := Train(background, "tiny", shapes(t), TrainOptions{Method: "coop", Shots: 1, Epochs: 1, Progress: func(Progress) { panic("no more") }})
	if err == nil || !strings.Contains(err.Error(), "no more") {
		t.Errorf("error %v", err)
	}
}

// A classifier that nobody opened is closed, and errors that nobody filled in have
// words.
func TestZeroValues(t *testing.T) {
	for _, c := range []*Classifier{nil, {}} {
		_, err1 := c.Classify(background, disc(1))
		_, err2 := c.EmbedText(background)
		for _, err := range []error{err1, err2, c.SetClasses(background, "star"), c.Save(t.TempDir())} {
			if !errors.Is(err, ErrClosed) {
				t.Errorf("error %v", err)
			}
		}
		if err := c.Close(); err != nil || c.Classes() != nil || c.Promise() != nil || c.Info().Model != "" {
			t.Errorf("error %v", err)
		}
	}
	for _, err := range []error{&ImageError{}, &OptionError{}} {
		if err.Error() == "" || errors.Unwrap(err) != nil {
			t.Errorf("%T: %q", err, err.Error())
		}
	}
}

// Options that would be obeyed too late, in silence or never are refused.
func TestOptionsRefused(t *testing.T) {
	load := func(opts ...Option) error { _, err := Load(background, "tiny", []string{"star"}, opts...); return err }
	open := func(opts ...Option) error { _, err := Open(background, finished, opts...); return err }
	train := func(opts ...Option) error {
		_, err := Train(background, "tiny", shapes(t), TrainOptions{Options: opts, Progress: func(Progress) { t.Error("it trains") }})
		return err
	}
	for want, err := range map[string]error{
		"want 1 to 4096":           load(WithBatch(math.MaxInt), WithMemory(1<<30)),
		"want {} in each":          load(WithCaptions("a photo")),
		"and UTF-8":                load(WithCaptions("{}", "\xff {}")),
		"WithMethod chooses":       load(WithMethod("cdc")),
		"WithSeed chooses":         train(WithSeed(2)),
		"WithCaptions is for Load": open(WithCaptions("a {}")),
		"ImageTowerOnly is for":    train(ImageTowerOnly()),
		"turned upright: true":     train(WithUpright(true)),
		"one image take about":     train(WithMemory(1)),
	} {
		if !errors.As(err, new(*OptionError)) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	c := loaded(t, WithBatch(0), WithBatch(2), WithThreads(math.MaxInt), WithThreads(0))
	if c.options.batch != 2 {
		t.Errorf("a batch of %d: the last one counts", c.options.batch)
	}
}

// What Save writes Open reads: a name that a run folder cannot have is refused
// where it comes in, or by Save.
func TestNamesThatCannotBeSaved(t *testing.T) {
	if _, err := Load(background, "tiny", []string{"a\nb"}); err == nil || !strings.Contains(err.Error(), "control characters") {
		t.Errorf("error %v", err)
	}
	long := "red" + strings.Repeat(" ", 200) + "ring" // few tokens
	c := closing(t)(Load(background, "tiny", []string{long, "star"}, WithCaptions("{}")))
	dir := filepath.Join(t.TempDir(), "saved")
	if err := c.Save(dir); err == nil || !strings.Contains(err.Error(), "name of 207 bytes") {
		t.Errorf("error %v", err)
	}
	if _, err := c.Classify(background, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Error(err)
	}
	ds := shapes(t)
	for _, name := range []string{"a\x1b[2J", strings.Repeat("a", 201)} {
		ds.Classes[0] = name
		if _, err := Train(background, "tiny", ds, TrainOptions{}); err == nil || !strings.Contains(err.Error(), "makes no run") {
			t.Errorf("error %v", err)
		}
	}
}

// A call whose context has ended, and Close, do not wait for a source that somebody
// else, or the call itself, is still reading.
func TestBlockedSources(t *testing.T) {
	c, err := Load(background, "tiny", []string{"star", "ring"})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	begun := make(chan bool)
	waits := blocking{begun}
	go func() {
		_, err := c.ClassifySources(background, slices.Repeat([]data.Source{waits}, cap(c.readers))...)
		ended <- err
	}()
	for range min(cap(c.readers), cap(c.engine.free)) {
		<-begun
	}
	ctx, cancel := context.WithTimeout(background, 20*time.Millisecond)
	defer cancel()
	if _, err := c.Classify(ctx, disc(1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("error %v", err)
	}
}

// blocking is a source that never has its image.
type blocking struct{ begun chan bool }

func (b blocking) Name() string { return "blocking" }
func (b blocking) Open(ctx context.Context) (*imaging.Image, error) {
	b.begun <- true
	<-ctx.Done()
	return nil, ctx.Err()
}

// A saved folder finds its model by whatever path it is opened, though it was saved
// through a link.
func TestSaveThroughLink(t *testing.T) {
	base := t.TempDir()
	model := filepath.Join(base, "models", "m [1].safetensors")
	deep := filepath.Join(base, "real", "deep")
	for _, dir := range []string{filepath.Dir(model), deep} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(deep, filepath.Join(base, "link")); err != nil {
		t.Skip(err)
	}
	tiny, err := os.ReadFile("clip/tiny.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(model, tiny, 0o644); err != nil {
		t.Fatal(err)
	}
	c := closing(t)(Load(background, model, []string{"star", "ring"}))
	for _, from := range []string{"link", "real/deep"} {
		if err := c.Save(filepath.Join(base, from, "saved")); err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{"link", "real/deep"} {
			closing(t)(Open(background, filepath.Join(base, to, "saved")))
		}
		if err := os.RemoveAll(filepath.Join(deep, "saved")); err != nil {
			t.Fatal(err)
		}
	}
}

// A training that was cancelled goes on where it was, with the bits of one that was
// not, and not as another.
func TestResume(t *testing.T) {
	ds, dir := shapes(t), filepath.Join(t.TempDir(), "run")
	o := TrainOptions{Dir: dir, Method: "coop", Shots: 4, Epochs: 3, Batch: 8}
	ctx, cancel := context.WithCancel(background)
	begun := o
	begun.Progress = func(p Progress) {
		if p.Done == 2 {
			cancel()
		}
	}
	if _, err := Train(ctx, "tiny", ds, begun); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	other := o
	other.Epochs, other.Resume = 4, true
	if _, err := Train(background, "tiny", ds, other); !errors.As(err, new(*OptionError)) || !strings.Contains(err.Error(), "is another") {
		t.Errorf("error %v", err)
	}
	if _, err := Train(background, "tiny", ds, TrainOptions{Resume: true}); !errors.As(err, new(*OptionError)) {
		t.Errorf("error %v", err)
	}
	resumed, whole := o, o
	resumed.Resume, whole.Dir = true, ""
	a, err := closing(t)(Train(background, "tiny", ds, resumed)).Classify(background, disc(1))
	if err != nil {
		t.Fatal(err)
	}
	b, err := closing(t)(Train(background, "tiny", ds, whole)).Classify(background, disc(1))
	if err != nil || !cmp.Equal(a, b) {
		t.Errorf("another answer after going on: %s, error %v", cmp.Diff(a, b), err)
	}
}

// An error that a caller has wrapped still lists its images.
func TestImageErrorsOfWrapped(t *testing.T) {
	_, err := loaded(t).Classify(background, nil, disc(1), (*image.RGBA)(nil))
	if got := ImageErrors(fmt.Errorf("album: %w", err)); len(got) != 2 || got[1].Index != 2 || got[1].Error() != "image 3 is nil" {
		t.Errorf("%v", got)
	}
}
