package weights

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"frontdoor/internal/exactjson"
	"frontdoor/internal/filekind"
)

// A large model may come in several files with an index, a JSON file that says
// which tensor is in which: {"weight_map": {"NAME": "FILE", ...}}.

// isIndex says whether the content is JSON. A safetensors file has the zero
// bytes of a length at its beginning, which JSON cannot have.
func isIndex(data []byte) bool {
	if len(data) < 8 || data[0] != '{' {
		return false
	}
	for _, b := range data[:8] {
		if b == 0 {
			return false
		}
	}
	return true
}

// openIndex opens the files that the index at path names. They must lie in its
// folder.
func openIndex(data []byte, path string) (*File, error) {
	var index struct {
		Map map[string]string `json:"weight_map"`
	}
	if err := exactjson.Unmarshal(data, &index); err != nil {
		return nil, fmt.Errorf("not a file of tensors, nor an index of several: %w", err)
	}
	if len(index.Map) == 0 {
		if kind := filekind.Explain(data); index.Map == nil && kind != "" {
			return nil, errors.New(kind)
		}
		return nil, errors.New("this JSON file has no weight_map, so it is no index of files of tensors")
	}
	out := &File{tensors: make(map[string]Tensor, len(index.Map)), metadata: map[string]string{}}
	for _, name := range slices.Compact(slices.Sorted(maps.Values(index.Map))) {
		if err := out.addShard(filepath.Dir(path), name, index.Map); err != nil {
			out.Close()
			return nil, err
		}
	}
	return out, nil
}

// addShard opens one of the files and enters what the index says is in it.
func (f *File) addShard(dir, name string, of map[string]string) error {
	// A name with a path could read anything; the index is a file from outside.
	if name != filepath.Base(name) || !filepath.IsLocal(name) {
		return fmt.Errorf("the index names the file %q, which is not beside it", shorten(name))
	}
	shard, err := openOne(filepath.Join(dir, name), false)
	if err != nil {
		return err
	}
	f.mappings = append(f.mappings, shard.mappings...)
	maps.Copy(f.metadata, shard.metadata)
	for tensor, file := range of {
		if file != name {
			continue
		}
		t, ok := shard.tensors[tensor]
		if !ok {
			return fmt.Errorf("tensor %q: the index says that it is in %s, and it is not", shorten(tensor), name)
		}
		f.tensors[tensor] = t
	}
	return nil
}
