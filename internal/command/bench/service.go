package bench

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/vit"
)

//go:embed peers/serve.py
var serveSource string

// serviceTime is about how long the clients of a turn ask.
const serviceTime = 5 * time.Second

// services are servers of a ViT-B/16 as processes of their own, and what they are
// compared with.
type services struct {
	ours, peer *service
	tower      func() (float64, error) // seconds an image, in batches of 8, without a service
	photos     [][]byte
}

// service is a child that serves: it answers "address" and "memory", in MiB.
type service struct {
	*child
	url string
}

// service measures requests with one photo each from 1, 8 and 64 clients, in
// seconds an image, the times of answers, the memory, and what four times the load
// that fits does. It takes minutes, and is measured only if it is named.
func (b *bench) service() error {
	if !strings.Contains(b.only, "serve") {
		return nil
	}
	dir, err := os.MkdirTemp("", "frontdoor-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := b.startServices(dir)
	if err != nil {
		return err
	}
	defer func() { s.ours.stop(); s.peer.stop() }()
	for _, clients := range []int{1, 8, 64} {
		if err := b.clients(s, clients); err != nil {
			return err
		}
	}
	if err := b.serviceMemory(s); err != nil {
		return err
	}
	return b.overload(s)
}

// startServices starts our service and the peer, if it is installed.
func (b *bench) startServices(dir string) (*services, error) {
	setup, err := b.newStepSetup()
	if err != nil {
		return nil, err
	}
	setup.close()
	model := filepath.Join(dir, "vit-b-16.safetensors")
	if err := setup.model.Save(model, nil); err != nil {
		return nil, err
	}
	s := &services{}
	for seed := range uint64(16) {
		s.photos = append(s.photos, fakePhoto(seed))
	}
	tower, c := setup.model.Vision, clip.ViTB16.Vision
	images := autograd.Const(ramp(8*3*c.Image*c.Image), 8, 3, c.Image, c.Image)
	layout := vit.Unprompted(c, 8)
	eight := timed(serviceTime, func() { tower.Encode(nil, images, layout, nil) })
	s.tower = func() (float64, error) { t, err := eight(); return t / 8, err }
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(b.ctx, self)
	cmd.Env = append(os.Environ(), serveModel+"="+model)
	if s.ours, err = startService(startChild(cmd)); err != nil {
		return nil, err
	}
	if b.peers {
		if s.peer, err = startService(b.startFastAPI()); err != nil {
			fmt.Fprintf(stderr, "bench: without FastAPI: %v\n", err)
		}
	}
	return s, nil
}

// startFastAPI starts the peer with the Python of tools/peers/setup.sh, or one
// that has what it needs.
func (b *bench) startFastAPI() (*child, error) {
	for _, python := range []string{filepath.Join(peersDir(), "bin", "python3"), "python3", "/usr/bin/python3"} {
		if exec.CommandContext(b.ctx, python, "-c", "import torch, fastapi, uvicorn, PIL").Run() != nil {
			continue
		}
		cmd, err := b.torchCommand(python, serveSource, fmt.Sprint(runtime.GOMAXPROCS(0)))
		if err != nil {
			return nil, err
		}
		return startChild(cmd)
	}
	return nil, errors.New("no python3 with torch, FastAPI and Pillow (tools/peers/setup.sh installs the last two)")
}

// startService asks a child where it listens.
func startService(c *child, err error) (*service, error) {
	if err != nil {
		return nil, err
	}
	address, err := c.line("address")
	if err != nil {
		c.stop()
		return nil, err
	}
	return &service{c, "http://" + address + "/v1/classify"}, nil
}

func (s *service) stop() {
	if s != nil {
		s.child.stop()
	}
}

// clients measures the service beside the tower alone and beside the peer.
func (b *bench) clients(s *services, clients int) error {
	name := fmt.Sprintf("serve/clients%d", clients)
	if !b.wanted(name) {
		return nil
	}
	loads := map[string]*load{}
	turn := func(name string, to *service) runner {
		return runner{name: name, turn: func() (float64, error) {
			l := attack(b.ctx, to.url, s.photos, clients, serviceTime)
			loads[name] = l
			if l.failed == nil && len(l.answers) == 0 {
				l.failed = errors.New("no answer")
			}
			return 1 / l.perSecond(), l.failed
		}}
	}
	runners := []runner{turn("frontdoor", s.ours), {name: "tower alone", turn: s.tower}}
	if s.peer != nil {
		runners = append(runners, turn("fastapi", s.peer))
	}
	threads := runtime.GOMAXPROCS(0)
	o, err := b.race(threads, runners)
	if err != nil {
		return err
	}
	for _, peer := range []string{"tower alone", "fastapi"} {
		if t, ok := o.seconds[peer]; ok {
			b.report(Record{Name: name, Value: o.seconds["frontdoor"], Unit: "s/image", Threads: threads, Peer: peer, PeerValue: t, Ratio: o.ratio("frontdoor", peer, b.best)})
		}
	}
	for _, percent := range []int{50, 99} {
		q := float64(percent) / 100
		r := Record{Name: fmt.Sprintf("%s/p%d", name, percent), Value: loads["frontdoor"].quantile(q).Seconds(), Unit: "s", Threads: threads}
		if l := loads["fastapi"]; l != nil && l.failed == nil {
			r.Peer, r.PeerValue = "fastapi", l.quantile(q).Seconds()
			r.Ratio = r.PeerValue / r.Value
		}
		b.report(r)
	}
	return nil
}

// serviceMemory tells the resident memory of both after all that.
func (b *bench) serviceMemory(s *services) error {
	if !b.wanted("serve/memory") {
		return nil
	}
	ours, err := s.ours.ask("memory")
	if err != nil {
		return err
	}
	r := Record{Name: "serve/memory", Value: ours, Unit: "MiB", Threads: runtime.GOMAXPROCS(0)}
	if s.peer != nil {
		if r.PeerValue, err = s.peer.ask("memory"); err != nil {
			return err
		}
		r.Peer, r.Ratio = "fastapi", r.PeerValue/r.Value
	}
	b.report(r)
	return nil
}

// overloadTime is how long more clients ask than the queue has room for.
const overloadTime = time.Minute

// overload lets four times as many clients ask as the queue has room for, and
// then one.
func (b *bench) overload(s *services) error {
	if !b.wanted("serve/overload") {
		return nil
	}
	before, err := s.ours.ask("memory")
	if err != nil {
		return err
	}
	l := attack(b.ctx, s.ours.url, s.photos, 4*serveQueue, overloadTime)
	after, err := s.ours.ask("memory")
	if err := errors.Join(err, l.failed); err != nil {
		return err
	}
	next := attack(b.ctx, s.ours.url, s.photos, 1, time.Millisecond)
	if next.failed != nil {
		return next.failed
	}
	for _, r := range []Record{
		{Name: "serve/overload", Value: 1 / l.perSecond(), Unit: "s/image"},
		{Name: "serve/overload/refused", Value: float64(l.refused) / float64(l.refused+len(l.answers)), Unit: "of all"},
		{Name: "serve/overload/growth", Value: after - before, Unit: "MiB"},
		{Name: "serve/overload/next", Value: next.quantile(0).Seconds(), Unit: "s"},
	} {
		r.Threads = runtime.GOMAXPROCS(0)
		b.report(r)
	}
	return nil
}
