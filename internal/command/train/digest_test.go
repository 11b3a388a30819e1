package train

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/eval/rundir"
	"frontdoor/simd"
)

var (
	fullDigests   = flag.Bool("full", false, "TestRunsKeepTheirBits: run the jobs at their full length, which takes minutes")
	recordDigests = flag.Bool("record", false, "TestRunsKeepTheirBits: write the digests instead of comparing them")
)

// digestFile holds, for each rounding (see simd.Rounding) and each job of
// TestRunsKeepTheirBits, the digests of the files that the job left. A change
// that means to keep all results keeps this file.
const digestFile = "testdata/digests.json"

// job is a list of command lines that leave a run in the folder RUN.
type job struct {
	name     string
	commands []string
}

// quickJobs train every method and go through every protocol, shards, a
// resumed run and an exported one, each as short as can be. PHOTOS stands for
// a folder of a few small images.
var quickJobs = []job{
	{"all methods", []string{"-data PHOTOS -protocol base2new -method PROMPTS -shots 2 -epochs 2 -export -out RUN"}},
	{"variants", []string{"-data PHOTOS -method cdc-one-template,cdc-paper,cdc-softplus,cdc-mean-logits,cdc-lite,cdc-student -shots 1 -epochs 1 -out RUN"}},
	{"sweep", []string{"-data PHOTOS -method coop,ensemble,cdc -templates 1,2 -shots 1,2 -epochs 1 -curve -export -out RUN"}},
	{"contexts", []string{"-data PHOTOS -method coop,coop-csc,cocoop,language -tokens 2 -draws 1 -epochs 3 -shots 2 -out RUN"}},
	{"words", []string{"-data PHOTOS -method coop,cocoop -words draft -position middle -epochs 1 -shots 2 -out RUN"}},
	{"world", []string{"-method zeroshot7,coop -seeds 1 -shots 1 -epochs 2 -curve -out RUN"}},
	{"shards", []string{
		"-data PHOTOS -method coop,maple -seeds 1,2,3 -shots 1 -epochs 1 -out RUN -shard 1/2",
		"-data PHOTOS -method coop,maple -seeds 1,2,3 -shots 1 -epochs 1 -out RUN -shard 0/2",
		"-merge RUN",
	}},
}

// promptMethods stand for PROMPTS: every method that learns prompts, and zero-shot
// CLIP.
const promptMethods = "zeroshot,zeroshot7,zeroshot80,coop,coop-csc,cocoop,vpt-shallow,vpt,language,ivlp,maple,maple+zs,ensemble,ensemble+zs,cdc,cdc-lite"

// fullJobs are what the README shows.
var fullJobs = []job{
	{"default", []string{"-out RUN"}},
	{"default all methods", []string{"-method PROMPTS -seeds 1 -export -out RUN"}},
	{"default ablations", []string{"-data PHOTOS -method ablations -shots 1 -epochs 1 -out RUN"}},
	{"default world", []string{"-dataset world -method coop,cdc -seeds 1 -epochs 2 -out RUN"}},
	{"default study", []string{"-study -method maple,cdc -seeds 1 -shots 4 -out RUN"}},
	{"default xd", []string{"-protocol xd -method cocoop,maple -seeds 1 -shots 2 -epochs 2 -out RUN"}},
	{"default dg", []string{"-protocol dg -method cdc-lite -seeds 1 -shots 2 -epochs 2 -out RUN"}},
	{"default fewshot", []string{"-protocol fewshot -method coop,cdc -seeds 1 -shots 1,4 -epochs 2 -out RUN"}},
}

func TestRunsKeepTheirBits(t *testing.T) {
	var all map[string]map[string]map[string]string // by rounding, job and file
	text, err := os.ReadFile(digestFile)
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil && !(*recordDigests && errors.Is(err, fs.ErrNotExist)) {
		t.Fatal(err)
	}
	rounding := runtime.GOARCH + " " + simd.Rounding()
	want := all[rounding]
	if want == nil && !*recordDigests {
		t.Skipf("%s holds no digests of %s", digestFile, rounding)
	}
	jobs := quickJobs
	if *fullDigests {
		jobs = fullJobs
	}
	photos := tinyPhotos(t)
	for _, j := range jobs {
		if want[j.name] == nil && !*recordDigests {
			t.Errorf("%s has no digests of %q: record them where the bits are right", digestFile, j.name)
			continue
		}
		t.Run(strings.ReplaceAll(j.name, " ", "-"), func(t *testing.T) {
			run := filepath.Join(t.TempDir(), "run")
			for _, line := range j.commands {
				args := strings.Fields(line)
				for i := range args {
					args[i] = strings.NewReplacer("PHOTOS", photos, "RUN", run, "PROMPTS", promptMethods).Replace(args[i])
				}
				if err := Run(context.Background(), args); err != nil {
					t.Fatalf("train %s: %v", line, err)
				}
			}
			have := digests(t, run)
			if *recordDigests {
				record(&all, rounding, j.name, have)
			} else if diff := cmp.Diff(want[j.name], have); diff != "" {
				t.Errorf("the bits of %v changed (-was +is):\n%s", j.commands, diff)
			}
		})
	}
	if *recordDigests {
		text, err := json.MarshalIndent(all, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		write(t, digestFile, append(text, '\n'))
	}
}

func record(all *map[string]map[string]map[string]string, rounding, job string, have map[string]string) {
	if *all == nil {
		*all = map[string]map[string]map[string]string{}
	}
	if (*all)[rounding] == nil {
		(*all)[rounding] = map[string]map[string]string{}
	}
	(*all)[rounding][job] = have
}

// digests returns the first half of the SHA-256 of what a run has computed: the
// checkpoint's tensors, metrics.csv, the rows of results.json, and the files of
// its export.
func digests(t *testing.T, run string) map[string]string {
	t.Helper()
	out := map[string]string{}
	add := func(name string, text []byte) {
		sum := sha256.Sum256(text)
		out[name] = hex.EncodeToString(sum[:16])
	}
	for _, name := range []string{rundir.CheckpointFile, rundir.MetricsFile} {
		text, err := os.ReadFile(filepath.Join(run, name))
		if err != nil {
			t.Fatal(err)
		}
		add(name, text)
	}
	text, err := os.ReadFile(filepath.Join(run, rundir.ResultsFile))
	if err != nil {
		t.Fatal(err)
	}
	var results struct {
		Rows json.RawMessage `json:"rows"`
	}
	if err := json.Unmarshal(text, &results); err != nil {
		t.Fatal(err)
	}
	var rows bytes.Buffer
	if err := json.Compact(&rows, results.Rows); err != nil {
		t.Fatal(err)
	}
	add(rundir.ResultsFile, rows.Bytes())
	err = fs.WalkDir(os.DirFS(run), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasPrefix(path, "export/") {
			return err
		}
		text, err := os.ReadFile(filepath.Join(run, path))
		add(path, text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tinyPhotos makes a folder of four classes with four images each, one of which
// is kept for testing.
func tinyPhotos(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "photos")
	for k, class := range []string{"red_ball", "blue box", "green-tree", "star"} {
		for i := range 4 {
			w, h := 64-8*i, 48+4*k
			if i == 3 {
				w, h = 48, 48 // of the model's size: taken as it is
			}
			im := image.NewRGBA(image.Rect(0, 0, w, h))
			for y := range h {
				for x := range w {
					im.Set(x, y, color.RGBA{uint8(60*k + 3*x), uint8(40*i + 2*y), uint8((x*y/(k+1) + 31*i) % 256), 255})
				}
			}
			var b bytes.Buffer
			if err := png.Encode(&b, im); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, class, string(rune('a'+i))+".png"), b.Bytes())
		}
	}
	return dir
}
