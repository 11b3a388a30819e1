// Package serve is the command that answers HTTP requests with what runs of train
// have learned, or with any CLIP and the names of the classes.
package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"frontdoor/internal/budget"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
	"frontdoor/serve"
)

const help = `Usage: go run ./cmd/serve -run RUN [flags]
       go run ./cmd/serve -model FILE -labels "cat,dog" [flags]

Answers HTTP requests: which class a picture shows and how certain that is, and
features of pictures and texts. GET /docs explains the requests.

  go run ./cmd/serve -run runs/photos
  curl --data-binary @new.jpg -H "Content-Type: image/jpeg" http://127.0.0.1:8484/v1/classify

Only this machine can ask, unless -listen says otherwise; then requests must
carry the token in -token-file. SIGTERM lets requests end, then the server;
SIGHUP loads the runs anew without dropping a request.

`

var groups = []cli.Group{
	{Title: "Most used", Flags: "run model labels template listen token-file allow-host watch as upstream cache device threads"},
	{Title: "Limits", Flags: "max-body max-bodies max-pixels max-images max-texts queue connections timeout header-timeout idle-timeout max-header batch"},
	{Title: "How the model is read", Flags: "run-model vocab activation"},
	{Title: "Logs", Flags: "log"},
}

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(serve.GCPercent)
	}
	return run(ctx, args, cli.Stdout, term.Shown(os.Stderr))
}

// watchEvery is how often -watch looks at the files.
const watchEvery = 2 * time.Second

// run serves until ctx ends, which is no error.
func run(ctx context.Context, args []string, out, errs io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	config, err := budget.Within(ctx, func() (serve.Config, error) { return o.config(errs) }, nil) // a token may be waited for
	if err != nil {
		return err
	}
	s, err := serve.New(config)
	if err != nil {
		return cli.Usage{Err: err}
	}
	defer s.Close()
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			err = fmt.Errorf("%w; give another -listen, of which port 0 takes a free one", err)
		}
		return cli.Usage{Err: fmt.Errorf("-listen %s: %w", o.listen, err)}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP) // which must not end a server that is still loading
	defer signal.Stop(hangup)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	if err := s.Load(ctx); err != nil {
		interrupted := ctx.Err() != nil
		stop()
		if err := errors.Join(err, <-served); !interrupted {
			return err
		}
		return nil
	}
	var names []string
	for _, m := range config.Models {
		names = append(names, m.Name)
	}
	fmt.Fprintf(out, "serving %s at http://%s\n", strings.Join(names, ", "), l.Addr())
	if o.watch {
		go s.Watch(ctx, watchEvery)
	}
	go reloadOnHangup(ctx, hangup, s)
	return <-served
}

// reloadOnHangup loads the models anew at each SIGHUP. The server logs what cannot
// be loaded, and goes on with what it has.
func reloadOnHangup(ctx context.Context, hangup <-chan os.Signal, s *serve.Server) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-hangup:
			s.Reload(ctx)
		}
	}
}
