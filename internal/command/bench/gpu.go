package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"frontdoor/autograd"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/vit"
)

// What towers do on a GPU, with -device: names begin with gpu/. Peers are PyTorch
// on the same GPU, in the ways that it has.

const (
	gpuTimes = 20 // steps or batches of a turn, which are short
	gpuBatch = 64 // images of gpu/encode
)

// onGPU measures encoding and MaPLe's training steps on the GPU.
func (b *bench) onGPU() error {
	if name := fmt.Sprintf("gpu/encode/%d", gpuBatch); b.wanted(name) {
		if err := b.gpuEncode(name); err != nil {
			return err
		}
	}
	var setup *stepSetup
	defer func() { setup.close() }()
	for _, classes := range stepClasses {
		name := fmt.Sprintf("gpu/step/maple-%d", classes)
		if !b.wanted(name) {
			continue
		}
		if setup == nil {
			var err error
			if setup, err = b.newStepSetup(); err != nil {
				return err
			}
		}
		if err := b.gpuStep(setup, name, classes); err != nil {
			return err
		}
	}
	return b.gpu.Err()
}

// gpuTurn is a turn of work that ends with a wait for the GPU.
func gpuTurn(work func()) func() (float64, error) {
	return func() (float64, error) {
		begin := clock()
		for range gpuTimes {
			work()
		}
		return (clock() - begin) / gpuTimes, nil
	}
}

// gpuEncode measures the image tower, with random weights, in seconds an image.
func (b *bench) gpuEncode(name string) error {
	tower := randomTower()
	tower.Device = b.gpu
	side := towerConfig.Image
	images := autograd.Const(ramp(gpuBatch*3*side*side), gpuBatch, 3, side, side)
	layout := vit.Unprompted(towerConfig, gpuBatch)
	runners := []runner{{name: "frontdoor", turn: gpuTurn(func() { tower.Encode(nil, images, layout, nil) })}}
	peers, stop := b.gpuPeers([]string{"fp32", "tf32", "fp16", "compile"}, func(python, how string) *exec.Cmd {
		return exec.CommandContext(b.ctx, python, "-c", torchSource, how)
	})
	defer stop()
	for _, p := range peers {
		runners = append(runners, runner{name: p.name, turn: func() (float64, error) { return p.ask("%d 1", gpuBatch) }})
	}
	return b.gpuRace(name, "s/image", gpuBatch, runners)
}

// gpuStep measures a step of MaPLe by graphs and kernel by kernel, and compares
// the first loss with the CPU's.
func (b *bench) gpuStep(setup *stepSetup, name string, classes int) error {
	setup.model.Vision.Device, setup.model.Text.Device = nil, nil
	l, views, err := setup.learner("maple", classes)
	if err != nil {
		return err
	}
	batch := setup.batch(stepBatch, views, classes)
	file := filepath.Join(setup.dir, filepath.Base(name)+".safetensors")
	if b.peers {
		if err := setup.write(file, l, batch, classes); err != nil {
			return err
		}
		defer os.Remove(file)
	}
	onCPU := l.Loss(nil, batch).Item()
	setup.model.Vision.Device, setup.model.Text.Device = b.gpu, b.gpu
	first := l.Loss(nil, batch).Item()
	b.report(besidePeer(Record{Name: name + "/loss", Value: float64(first), Unit: "nats"}, "cpu", float64(onCPU)))

	step := steps(l, batch)
	runners := []runner{{name: "frontdoor", turn: gpuTurn(step)}, {name: "kernel by kernel", turn: func() (float64, error) {
		b.gpu.Singly = true
		defer func() { b.gpu.Singly = false }()
		return gpuTurn(step)()
	}}}
	peers, stop := b.gpuPeers([]string{"fp32", "tf32", "amp", "compile"}, func(python, how string) *exec.Cmd {
		return exec.CommandContext(b.ctx, python, "-c", stepSource, setup.base, file, "1", "joint", how)
	})
	defer stop()
	for _, p := range peers {
		runners = append(runners, runner{name: p.name, turn: func() (float64, error) { return p.steps(gpuTimes) }})
	}
	return b.gpuRace(name, "s", 1, runners)
}

// steps returns a function that takes training steps.
func steps(l prompt.Learner, batch prompt.Batch) func() {
	tp, opt := autograd.NewTape(), nn.NewSGD(l.Params())
	return func() {
		loss := l.Loss(tp, batch)
		tp.Backward(loss)
		opt.Step(stepRate)
		tp.Reset()
	}
}

// gpuPeer is PyTorch on the GPU in one way.
type gpuPeer struct {
	*child
	name string
}

// steps asks for some steps and returns the seconds of one.
func (p gpuPeer) steps(n int) (float64, error) {
	line, err := p.line(fmt.Sprint(n))
	if err != nil {
		return 0, err
	}
	var seconds, loss, peak float64
	_, err = fmt.Sscan(line, &seconds, &loss, &peak)
	return seconds, err
}

// gpuPeers starts the peer in each of some ways; one that does not start is
// reported and left out.
func (b *bench) gpuPeers(ways []string, command func(python, how string) *exec.Cmd) (peers []gpuPeer, stop func()) {
	stop = func() {
		for _, p := range peers {
			p.stop()
		}
	}
	if !b.peers {
		return nil, stop
	}
	python, err := b.pythonWithTorch()
	if err != nil {
		fmt.Fprintf(stderr, "bench: without PyTorch: %v\n", err)
		return nil, stop
	}
	for _, how := range ways {
		c, err := startChild(command(python, how))
		if err != nil {
			fmt.Fprintf(stderr, "bench: without PyTorch in %s: %v\n", how, err)
			continue
		}
		peers = append(peers, gpuPeer{c, "pytorch " + how})
	}
	return peers, stop
}

// gpuRace races the runners, of which the first is this program, and reports it
// beside each of the others.
func (b *bench) gpuRace(name, unit string, per int, runners []runner) error {
	for range 3 { // compiles kernels, fills arenas, makes graphs
		if _, err := runners[0].turn(); err != nil {
			return err
		}
	}
	if err := b.gpu.Err(); err != nil {
		return err
	}
	o, err := b.race(b.threads[len(b.threads)-1], runners)
	if err != nil {
		return err
	}
	first := runners[0].name
	r := Record{Name: name, Value: o.seconds[first] / float64(per), Unit: unit}
	alone := true
	for _, other := range runners[1:] {
		t, ok := o.seconds[other.name]
		if !ok {
			continue
		}
		r.Peer, r.PeerValue, r.Ratio = other.name, t/float64(per), o.ratio(first, other.name, b.best)
		b.report(r)
		alone = false
	}
	if alone {
		b.report(r)
	}
	return b.gpu.Err()
}

// isGPU reports whether a measurement is of a GPU.
func isGPU(name string) bool { return strings.HasPrefix(name, "gpu/") }
