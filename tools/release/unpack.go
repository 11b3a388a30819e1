package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// unpack writes the root file system of an image to a folder, as a container
// engine does: by index, manifest and layers, each checked by its digest. Owners
// are set where the user may do that.
func unpack(archive, dir string) error {
	files, err := readTar(archive)
	if err != nil {
		return err
	}
	var all index
	if err := json.Unmarshal(files["index.json"], &all); err != nil {
		return fmt.Errorf("%s: index.json: %w", archive, err)
	}
	for _, d := range all.Manifests {
		if d.Platform == nil || d.Platform.Architecture != runtime.GOARCH {
			continue
		}
		var m manifest
		text, err := blob(files, d)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, &m); err != nil {
			return fmt.Errorf("%s: manifest: %w", archive, err)
		}
		for _, l := range m.Layers {
			layer, err := blob(files, l)
			if err != nil {
				return err
			}
			if err := writeLayer(layer, dir); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("%s holds no image for %s", archive, runtime.GOARCH)
}

// readTar reads all files of an archive.
func readTar(path string) (map[string][]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	files := map[string][]byte{}
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
}

// blob returns what a descriptor points to.
func blob(files map[string][]byte, d descriptor) ([]byte, error) {
	content := files["blobs/"+strings.Replace(d.Digest, ":", "/", 1)]
	if got := fmt.Sprintf("sha256:%x", sha256.Sum256(content)); got != d.Digest || len(content) != d.Size {
		return nil, fmt.Errorf("blob %s: %d bytes of digest %s", d.Digest, len(content), got)
	}
	return content, nil
}

// writeLayer writes the files of a layer.
func writeLayer(layer []byte, dir string) error {
	z, err := gzip.NewReader(bytes.NewReader(layer))
	if err != nil {
		return err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(h.Name))
		if h.Typeflag == tar.TypeDir {
			err = os.MkdirAll(path, 0o755)
		} else {
			var content []byte
			if content, err = io.ReadAll(r); err == nil {
				err = os.WriteFile(path, content, 0o644)
			}
		}
		if err != nil {
			return err
		}
		if err := os.Chmod(path, h.FileInfo().Mode()); err != nil {
			return err
		}
		if os.Geteuid() == 0 {
			if err := os.Chown(path, h.Uid, h.Gid); err != nil {
				return err
			}
		}
	}
}
