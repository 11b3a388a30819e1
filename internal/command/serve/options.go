package serve

import (
	"flag"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/cli"
	"frontdoor/serve"
)

// options are the flags.
type options struct {
	sources                []source // in the order of the flags
	runModel               string
	labels                 string
	templates              []string
	vocabulary, activation string
	device, cache          string
	threads, batch         int

	listen, tokenFile string
	hosts             []string
	watch             bool
	doors             []serve.Door
	upstream          *url.URL
	log               string

	limits              serve.Limits
	bodyMB, bodiesMB    int64
	megapixels, headerK int
}

// source is the value of -run or of -model: NAME=PATH or PATH.
type source struct {
	text  string
	isRun bool
}

func parse(args []string) (*options, error) {
	o := &options{}
	fs := o.flags()
	if err := cli.Parse(fs, args, help, groups...); err != nil {
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, cli.Usagef("unexpected %q: pictures come as requests", fs.Arg(0))
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	return o, cli.Threads(o.threads)
}

// flags are all flags.
func (o *options) flags() *flag.FlagSet {
	fs := flag.NewFlagSet("serve", flag.ContinueOnError)
	o.modelFlags(fs)
	o.doorFlags(fs)
	o.limitFlags(fs)
	return fs
}

// modelFlags are the flags that say what is served.
func (o *options) modelFlags(fs *flag.FlagSet) {
	fs.Func("run", "`DIR` of a run that train left, or NAME=DIR; several give several models", o.source(true))
	fs.Func("model", "`FILE` of any CLIP, or NAME=FILE; several give several models", o.source(false))
	fs.StringVar(&o.runModel, "run-model", "", "`FILE` of the runs' model, if it has moved since they were trained")
	fs.StringVar(&o.labels, "labels", "", "with -model: class names with commas between them, or `@FILE` with one a line")
	fs.Func("template", "with -labels: `CAPTION` of a class, {} is its name (default \"a photo of a {}.\"); several are averaged", listed(&o.templates))
	fs.StringVar(&o.vocabulary, "vocab", "", "`FILE` of the model's vocabulary, if it is not beside the model")
	fs.StringVar(&o.activation, "activation", "", "`NAME` of the model's activation, quick_gelu or gelu, if nothing beside the model says it")
	fs.StringVar(&o.cache, "cache", os.Getenv(cli.CacheVariable), cli.CacheFlag)
	fs.StringVar(&o.device, "device", "cpu", cli.DeviceFlag)
	fs.IntVar(&o.threads, "threads", 0, "threads to use (default all cores)")
	fs.IntVar(&o.batch, "batch", 8, "pictures that go through the model at once")
}

// doorFlags are the flags that say who may ask, and how.
func (o *options) doorFlags(fs *flag.FlagSet) {
	fs.StringVar(&o.listen, "listen", "127.0.0.1:8484", "`ADDRESS` to listen at; port 0 takes a free one")
	fs.StringVar(&o.tokenFile, "token-file", "", "`FILE` with the token that requests must carry; needed unless -listen is this machine alone")
	fs.Func("allow-host", "`NAME` under which requests may come, beside localhost and numbers; several may be given", func(s string) error {
		if u, err := url.Parse("//" + s); s == "" || err != nil || u.Hostname() != s || strings.ContainsFunc(s, func(r rune) bool { return r == '*' || r == ',' || r > '~' }) {
			return fmt.Errorf("want a name alone, as photos.example (of other letters as xn--bcher-kva.example)")
		}
		o.hosts = append(o.hosts, s)
		return nil
	})
	fs.BoolVar(&o.watch, "watch", false, "load runs and models anew when their files change")
	fs.Func("as", "`PROGRAM` whose requests are understood, too: immich or photoprism", func(s string) error {
		for name := range strings.SplitSeq(s, ",") {
			if !slices.Contains(serve.Doors, serve.Door(name)) {
				return fmt.Errorf("want one of %v", serve.Doors)
			}
			o.doors = append(o.doors, serve.Door(name))
		}
		return nil
	})
	fs.Func("upstream", "with -as immich: `URL` of immich's own server, for tasks that are not CLIP's", func(s string) (err error) {
		o.upstream, err = url.Parse(s)
		if err == nil && (o.upstream.Host == "" || o.upstream.Scheme != "http" && o.upstream.Scheme != "https") {
			err = fmt.Errorf("want http://HOST:PORT")
		}
		return err
	})
	fs.StringVar(&o.log, "log", "text", "requests are logged on standard error as `text` or json; off leaves warnings and errors")
}

// limitFlags are the flags that bound what requests can take.
func (o *options) limitFlags(fs *flag.FlagSet) {
	l := &o.limits
	fs.Int64Var(&o.bodyMB, "max-body", 20, "`MB` of a request's body")
	fs.Int64Var(&o.bodiesMB, "max-bodies", 64, "`MB` of the bodies of all requests together")
	fs.IntVar(&o.megapixels, "max-pixels", 40, "`MEGAPIXELS` of a picture")
	fs.IntVar(&l.Images, "max-images", 32, "pictures in a request")
	fs.IntVar(&l.Texts, "max-texts", 128, "texts in a request")
	fs.IntVar(&l.Queue, "queue", 128, "pictures and texts that wait or are computed; more are told to come again")
	fs.IntVar(&l.Connections, "connections", 256, "connections that are open at once; more wait, but idle ones are closed for them")
	fs.DurationVar(&l.Time, "timeout", 30*time.Second, "`TIME` for a request to come, and again to be answered")
	fs.DurationVar(&l.HeaderTime, "header-timeout", 5*time.Second, "`TIME` for the header of a request to come")
	fs.DurationVar(&l.IdleTime, "idle-timeout", 2*time.Minute, "`TIME` that a connection may be silent")
	fs.IntVar(&o.headerK, "max-header", 32, "`KB` of a request's header")
}

// source adds what -run or -model names.
func (o *options) source(isRun bool) func(string) error {
	return func(s string) error {
		o.sources = append(o.sources, source{s, isRun})
		return nil
	}
}

// listed appends each value of a flag to a list.
func listed(list *[]string) func(string) error {
	return func(s string) error {
		*list = append(*list, s)
		return nil
	}
}

// isLoopback says whether only this machine reaches a host.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// leastToken is the length of a token that cannot be guessed, and mostToken more
// than one has: a device never ends.
const leastToken, mostToken = 16, 1 << 12

// token reads the token file.
func (o *options) token() (string, error) {
	if o.tokenFile == "" {
		return "", nil
	}
	file, err := os.Open(o.tokenFile) // a pipe will do: another program may keep the token
	if err != nil {
		return "", cli.Usage{Err: fmt.Errorf("-token-file: %w", err)}
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostToken+1))
	if err != nil {
		return "", cli.Usage{Err: fmt.Errorf("-token-file: %w", err)}
	}
	token := strings.TrimSpace(string(text))
	if len(token) < leastToken || len(text) > mostToken || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", cli.Usagef("-token-file %s: want one line of at least %d letters and digits; openssl rand -hex 32 makes one", o.tokenFile, leastToken)
	}
	return token, nil
}
