package bench

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"golang.org/x/image/draw"

	"frontdoor/imaging"
	"frontdoor/internal/parallel"
	"frontdoor/internal/safefile"
)

//go:embed peers/pillow.py
var pillowSource string

// side is that of CLIP's images.
const side = 224

// photo is a file that the measurements of pictures read.
type photo struct {
	path  string
	data  []byte
	image *imaging.Image
	std   image.Image // as image/jpeg decodes it
}

// pictures measures reading JPEG files, scaling, and both (what a model needs
// before its first layer), in seconds a photo. Pillow has as many processes as
// we have threads.
func (b *bench) pictures() error {
	operations := slices.DeleteFunc([]string{"decode", "resize", "square"}, func(op string) bool { return !b.wanted("imaging/" + op) })
	if len(operations) == 0 {
		return nil
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	photos, err := b.makePhotos(dir)
	if err != nil {
		return err
	}
	pillow, err := b.startPillow(dir)
	if err != nil {
		fmt.Fprintf(stderr, "bench: without Pillow: %v\n", err)
	}
	defer pillow.stop()
	for _, op := range operations {
		for _, threads := range b.threads {
			if err := b.picture(op, threads, photos, pillow); err != nil {
				return err
			}
		}
	}
	return nil
}

// picture measures one operation.
func (b *bench) picture(op string, threads int, photos []photo, pillow *child) error {
	runners := []runner{{name: "frontdoor", turn: overPhotos(photos, ours[op])}}
	if f := theirs[op]; b.peers {
		runners = append(runners, runner{name: f.name, turn: overPhotos(photos, f.do)})
	}
	if pillow != nil {
		runners = append(runners, runner{name: "Pillow", turn: func() (float64, error) { return pillow.ask("%s %d", op, threads) }})
	}
	o, err := b.race(threads, runners)
	if err != nil {
		return err
	}
	r := Record{Name: "imaging/" + op, Value: o.seconds["frontdoor"], Unit: "s/photo", Threads: threads}
	if len(o.seconds) == 1 {
		b.report(r)
	}
	for _, peer := range runners[1:] {
		if t, ok := o.seconds[peer.name]; ok {
			r.Peer, r.PeerValue, r.Ratio = peer.name, t, o.ratio("frontdoor", peer.name, b.best)
			b.report(r)
		}
	}
	return nil
}

// overPhotos makes a turn of all photos, in seconds a photo.
func overPhotos(photos []photo, do func(*photo) error) func() (float64, error) {
	errs := make([]error, len(photos))
	turn := timed(turnTime, func() {
		parallel.For(len(photos), 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				errs[i] = do(&photos[i])
			}
		})
	})
	return func() (float64, error) {
		t, err := turn()
		return t / float64(len(photos)), errors.Join(err, errors.Join(errs...))
	}
}

// ours are the operations as this program does them.
var ours = map[string]func(*photo) error{
	"decode": func(p *photo) error { _, err := imaging.Load(context.Background(), p.path); return err },
	"resize": func(p *photo) error { imaging.Square(p.image, side); return nil },
	"square": func(p *photo) error {
		im, err := imaging.Load(context.Background(), p.path)
		if err == nil {
			imaging.Square(im, side)
		}
		return err
	},
}

// theirs are the operations as other Go code does them: image/jpeg, which
// leaves the colours unconverted, and the bicubic scaler of x/image.
var theirs = map[string]struct {
	name string
	do   func(*photo) error
}{
	"decode": {"image/jpeg", func(p *photo) error { _, err := jpeg.Decode(bytes.NewReader(p.data)); return err }},
	"resize": {"x/image", func(p *photo) error { scale(p.std); return nil }},
	"square": {"image/jpeg and x/image", func(p *photo) error {
		data, err := os.ReadFile(p.path)
		if err != nil {
			return err
		}
		m, err := jpeg.Decode(bytes.NewReader(data))
		if err == nil {
			scale(m)
		}
		return err
	}},
}

// scale draws the central square of a picture.
func scale(m image.Image) {
	b := m.Bounds()
	n := min(b.Dx(), b.Dy())
	x, y := b.Min.X+(b.Dx()-n)/2, b.Min.Y+(b.Dy()-n)/2
	draw.CatmullRom.Scale(image.NewRGBA(image.Rect(0, 0, side, side)), image.Rect(0, 0, side, side), m, image.Rect(x, y, x+n, y+n), draw.Src, nil)
}

// makePhotos puts the files of -photos, or pictures of the size of Caltech101's,
// into a folder.
func (b *bench) makePhotos(dir string) ([]photo, error) {
	var files [][]byte
	if b.photos == "" {
		for i := range 32 {
			files = append(files, fakePhoto(uint64(i)))
		}
	} else {
		for _, pattern := range []string{"*.jpg", "*/*.jpg"} {
			paths, err := safefile.Glob(b.photos, pattern)
			if err != nil {
				return nil, err
			}
			// At most 200, from all folders alike.
			for i := 0; i < len(paths); i += max(1, len(paths)/200) {
				data, err := os.ReadFile(paths[i])
				if err != nil {
					return nil, err
				}
				files = append(files, data)
			}
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("-photos %s: no *.jpg in this folder or the folders in it", b.photos)
	}
	var photos []photo
	for i, data := range files {
		p := photo{path: filepath.Join(dir, fmt.Sprintf("%04d.jpg", i)), data: data}
		if err := os.WriteFile(p.path, data, 0o600); err != nil {
			return nil, err
		}
		var err error
		if p.image, err = imaging.Load(context.Background(), p.path); err != nil {
			return nil, err
		}
		if p.std, err = jpeg.Decode(bytes.NewReader(data)); err != nil {
			return nil, err
		}
		photos = append(photos, p)
	}
	return photos, nil
}

// fakePhoto is a JPEG file with soft shapes and grain.
func fakePhoto(seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 1))
	small := imaging.New(12, 8)
	for i := range small.Pix {
		small.Pix[i] = uint8(r.IntN(256))
	}
	large := imaging.Resize(small, 300, 200+int(seed)%80)
	m := image.NewRGBA(image.Rect(0, 0, large.W, large.H))
	for i := range large.W * large.H {
		grain := r.IntN(17) - 8
		for c := range 3 {
			m.Pix[4*i+c] = uint8(min(max(int(large.Pix[3*i+c])+grain, 0), 255))
		}
		m.Pix[4*i+3] = 255
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 90}); err != nil {
		panic(err) // the sides are in range
	}
	return out.Bytes()
}

// startPillow starts the peer, with the Python of tools/peers/setup.sh or one
// on the path that has Pillow.
func (b *bench) startPillow(dir string) (*child, error) {
	if !b.peers {
		return nil, nil
	}
	for _, python := range []string{filepath.Join(peersDir(), "bin", "python3"), "python3", "/usr/bin/python3"} {
		if exec.CommandContext(b.ctx, python, "-c", "import PIL").Run() == nil {
			return startChild(exec.CommandContext(b.ctx, python, "-c", pillowSource, dir))
		}
	}
	return nil, errors.New("no python3 with Pillow (run tools/peers/setup.sh)")
}

// peersDir is the folder that tools/peers/setup.sh makes.
func peersDir() string {
	if dir := os.Getenv("FRONTDOOR_PEERS"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "frontdoor", "peers")
}
