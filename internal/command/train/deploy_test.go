package train

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The examples for job systems call train with flags that it has.
func TestDeployExamples(t *testing.T) {
	root := filepath.Join("..", "..", "..", "deploy")
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for name, wants := range map[string][]string{
		"slurm/sweep.sbatch":    {"#!/bin/bash\n", "#SBATCH --array=0-", `-shard "$shard/$shards"`, "SLURM_ARRAY_TASK_COUNT", "SRUN_CPUS_PER_TASK", "set -euo pipefail"},
		"kubernetes/sweep.yaml": {"kind: Job", "completionMode: Indexed", "completions: 4", "parallelism: 4", "-shard=$(JOB_COMPLETION_INDEX)/4", "restartPolicy: Never"},
		"Dockerfile":            {"FROM golang:", "CGO_ENABLED=0", "FROM scratch", "ENTRYPOINT [\"/train\"]"},
		"README.md":             {"-merge", "-shard"},
	} {
		text := read(name)
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %q", name, want)
			}
		}
		if strings.Contains(text, "\t") && name == "kubernetes/sweep.yaml" {
			t.Errorf("%s has tabs", name)
		}
	}
	fs := new(options).define()
	for _, line := range strings.Split(read("kubernetes/sweep.yaml"), "\n") {
		arg, ok := strings.CutPrefix(strings.TrimSpace(line), "- -")
		if name, _, _ := strings.Cut(arg, "="); ok && fs.Lookup(name) == nil {
			t.Errorf("the Job has a flag -%s that train does not know", name)
		}
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash to check the script with")
	}
	if out, err := exec.Command(bash, "-n", filepath.Join(root, "slurm", "sweep.sbatch")).CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// A task of the array computes the shard of its number, of as many as the array
// has tasks or SHARDS says, with the processors that it has; a number beyond
// them is refused.
func TestSlurmScript(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash to run the script with")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "srun"), []byte("#!"+bash+"\necho \"$SRUN_CPUS_PER_TASK cpus: $*\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "run")
	lock := filepath.Join(out, "shard-3-of-16", "lock")
	write(t, lock, []byte("{}"))
	for _, c := range []struct{ env, want string }{
		{"SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=16", "4 cpus: ./train -method all -threads 4 -out " + out + " -shard 3/16"},
		{"SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=1 SHARDS=16 SLURM_RESTART_COUNT=1", "-shard 3/16"},
		{"SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=1", "SHARDS=N"},
	} {
		cmd := exec.Command(bash, filepath.Join("..", "..", "..", "deploy", "slurm", "sweep.sbatch"), "-method", "all")
		cmd.Env = append(strings.Fields(c.env), "SLURM_CPUS_PER_TASK=4", "OUT="+out, "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
		text, err := cmd.CombinedOutput()
		if !strings.Contains(string(text), c.want) || (err != nil) != strings.Contains(c.want, "SHARDS") {
			t.Errorf("%s: %v: %s, want %s", c.env, err, text, c.want)
		}
		if _, err := os.Stat(lock); (err == nil) != !strings.Contains(c.env, "RESTART") && !strings.Contains(c.want, "SHARDS") {
			t.Errorf("%s: the lock of another node: %v", c.env, err)
		}
	}
}
