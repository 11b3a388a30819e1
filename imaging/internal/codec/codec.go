package codec

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

var (
	//go:embed hevc.wasm.gz
	hevcModule []byte
	//go:embed av1.wasm.gz
	av1Module []byte
)

// memoryPages limits the memory of one instance, in pages of 64 KiB: 1 GiB.
const memoryPages = 1 << 14

// Chroma formats, as both libraries number them.
const (
	Grey = iota
	Half // 4:2:0
	Wide // 4:2:2
	Full // 4:4:4
)

// Planes is a decoded picture: samples of 8 bits or more, in 16 bits each.
type Planes struct {
	W, H      int
	Depth     int
	Chroma    int
	FullRange bool
	// Code points of ITU-T H.273, as the stream has them.
	Primaries, Matrix int
	// Samples are Y, Cb and Cr, row by row without gaps: [H, W] and, for the two,
	// as ChromaSize says.
	Samples [3][]uint16
}

// ChromaSize returns the columns and rows of the chroma planes.
func (p *Planes) ChromaSize() (w, h int) {
	switch p.Chroma {
	case Half:
		return (p.W + 1) / 2, (p.H + 1) / 2
	case Wide:
		return (p.W + 1) / 2, p.H
	case Full:
		return p.W, p.H
	}
	return 0, 0
}

// Decoder is one of the two libraries.
type Decoder struct {
	name   string
	packed []byte
	once   sync.Once
	rt     wazero.Runtime
	module wazero.CompiledModule
	err    error
}

var (
	// HEVC takes NAL units, each behind its length in four bytes, big end first.
	HEVC = &Decoder{name: "HEVC", packed: hevcModule}
	// AV1 takes the OBUs of one sample.
	AV1 = &Decoder{name: "AV1", packed: av1Module}
)

// start compiles the module.
func (d *Decoder) start() {
	d.err = func() error {
		z, err := gzip.NewReader(bytes.NewReader(d.packed))
		if err != nil {
			return err
		}
		code, err := io.ReadAll(z)
		if err != nil {
			return err
		}
		ctx := context.Background()
		config := wazero.NewRuntimeConfig().WithMemoryLimitPages(memoryPages).WithCloseOnContextDone(true)
		d.rt = wazero.NewRuntimeWithConfig(ctx, config)
		if _, err := wasi_snapshot_preview1.Instantiate(ctx, d.rt); err != nil {
			return err
		}
		d.module, err = d.rt.CompileModule(ctx, code)
		return err
	}()
}

// Decode decodes the first picture of a stream, which must have at most limit
// pixels. It ends with an error when the context does. point is the operating
// point of an AV1 stream.
func (d *Decoder) Decode(ctx context.Context, stream []byte, point, limit int) (*Planes, error) {
	if d.once.Do(d.start); d.err != nil {
		return nil, fmt.Errorf("%s decoder: %w", d.name, d.err)
	}
	// The name must be empty: modules of one name exclude each other.
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m, err := d.rt.InstantiateModule(ctx, d.module, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		return nil, fmt.Errorf("%s decoder: %w", d.name, err)
	}
	defer m.Close(context.Background())
	p, err := d.decode(ctx, m, stream, point, limit)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%s stream: %w", d.name, err)
	}
	return p, nil
}

// picture is what the modules return: tools/wasm/planes.h.
type picture struct {
	Status, Width, Height, Depth, Chroma, FullRange int32
	Primaries, Transfer, Matrix                     int32
	Plane, Stride                                   [3]int32
}

func (d *Decoder) decode(ctx context.Context, m api.Module, stream []byte, point, limit int) (*Planes, error) {
	call := func(name string, args ...uint64) (uint32, error) {
		out, err := m.ExportedFunction(name).Call(ctx, args...)
		if err != nil {
			first, _, _ := strings.Cut(err.Error(), "\n")
			return 0, errors.New("the decoder was stopped: " + first)
		}
		return uint32(out[0]), nil
	}
	in, err := call("buffer", uint64(len(stream)))
	if err != nil {
		return nil, err
	}
	if in == 0 || !m.Memory().Write(in, stream) {
		return nil, errors.New("no memory for the stream")
	}
	at, err := call("decode", uint64(in), uint64(len(stream)), uint64(point), uint64(limit))
	if err != nil {
		return nil, err
	}
	var pic picture
	b, ok := m.Memory().Read(at, uint32(binary.Size(pic)))
	if !ok {
		return nil, errOutside
	}
	if _, err := binary.Decode(b, binary.LittleEndian, &pic); err != nil {
		return nil, err
	}
	return pic.planes(m.Memory(), limit)
}

var errOutside = errors.New("the decoder points outside its memory")

// planes copies the samples out of the module's memory.
func (pic *picture) planes(memory api.Memory, limit int) (*Planes, error) {
	p := &Planes{
		W: int(pic.Width), H: int(pic.Height), Depth: int(pic.Depth), Chroma: int(pic.Chroma),
		FullRange: pic.FullRange != 0, Primaries: int(pic.Primaries), Matrix: int(pic.Matrix),
	}
	switch {
	case pic.Status != 0:
		return nil, fmt.Errorf("the decoder's error %d", pic.Status)
	case p.W <= 0 || p.H <= 0 || p.H > limit/p.W:
		return nil, fmt.Errorf("%d x %d pixels, the limit is %d", p.W, p.H, limit)
	case p.Depth < 8 || p.Depth > 16 || p.Chroma < Grey || p.Chroma > Full:
		return nil, fmt.Errorf("%d bits a sample, chroma format %d", p.Depth, p.Chroma)
	}
	cw, ch := p.ChromaSize()
	for c := range p.Samples {
		w, h := p.W, p.H
		if c > 0 {
			w, h = cw, ch
		}
		if w == 0 {
			break
		}
		var err error
		if p.Samples[c], err = plane(memory, pic.Plane[c], pic.Stride[c], w, h, p.Depth > 8); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// plane copies h rows of w samples, which are stride bytes apart.
func plane(memory api.Memory, at, stride int32, w, h int, wide bool) ([]uint16, error) {
	size := w
	if wide {
		size = 2 * w
	}
	out := make([]uint16, w*h)
	for y := range h {
		row, ok := memory.Read(uint32(int64(at)+int64(y)*int64(stride)), uint32(size))
		if !ok {
			return nil, errOutside
		}
		dst := out[y*w : (y+1)*w]
		if !wide {
			for x, v := range row {
				dst[x] = uint16(v)
			}
			continue
		}
		for x := range dst {
			dst[x] = binary.LittleEndian.Uint16(row[2*x:])
		}
	}
	return out, nil
}
