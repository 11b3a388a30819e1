package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"time"

	"frontdoor"
	"frontdoor/internal/procmem"
	"frontdoor/serve"
)

// serveModel names the model that the process is to serve for a bench that is its
// parent, instead of being one itself.
const serveModel = "FRONTDOOR_BENCH_SERVE"

// serveQueue is how many photos may wait in that service.
const serveQueue = 64

// serveChild serves a model, says ready, and answers the lines "address" and
// "memory" until its input ends.
func serveChild(ctx context.Context, model string, in io.Reader, out io.Writer) error {
	if os.Getenv("GOGC") == "" { // as cmd/serve does
		debug.SetGCPercent(serve.GCPercent)
	}
	s, err := serve.New(serve.Config{
		Models: []serve.Model{{Name: "bench", Open: func(ctx context.Context) (*frontdoor.Classifier, error) {
			return frontdoor.Load(ctx, model, classNames(10))
		}}},
		Limits: serve.Limits{
			Body: 20 << 20, Bodies: 64 << 20, Images: 32, Texts: 32, Queue: serveQueue, Connections: 4 * serveQueue,
			Time: 2 * time.Minute, HeaderTime: 10 * time.Second, IdleTime: time.Minute, HeaderBytes: 32 << 10,
		},
	})
	if err != nil {
		return err
	}
	defer s.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	defer func() { stop(); <-served }()
	if err := s.Load(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "ready")
	for lines := bufio.NewScanner(in); lines.Scan(); {
		switch lines.Text() {
		case "address":
			fmt.Fprintln(out, l.Addr())
		case "memory":
			fmt.Fprintln(out, procmem.Current()>>20)
		default:
			return errors.New("unknown request " + lines.Text())
		}
	}
	return nil
}

// asChild serves if the process was started for that.
func asChild(ctx context.Context) (bool, error) {
	model := os.Getenv(serveModel)
	if model == "" {
		return false, nil
	}
	return true, serveChild(ctx, model, os.Stdin, os.Stdout)
}
