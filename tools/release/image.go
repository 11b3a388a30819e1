package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// The container image is built by hand, since it is no more than a few JSON files
// and an archive (the OCI image format 1.1).

// nobody owns the volume and runs the program.
const nobody = 65532

// descriptor points to a blob of an image.
type descriptor struct {
	MediaType string    `json:"mediaType"`
	Digest    string    `json:"digest"`
	Size      int       `json:"size"`
	Platform  *platform `json:"platform,omitempty"`
}

type platform struct {
	Architecture string `json:"architecture"`
	OS           string `json:"os"`
}

// manifest names the parts of an image for one processor.
type manifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        descriptor   `json:"config"`
	Layers        []descriptor `json:"layers"`
}

// index names the images of several processors.
type index struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Manifests     []descriptor `json:"manifests"`
}

// Types of blobs.
const (
	typeIndex    = "application/vnd.oci.image.index.v1+json"
	typeManifest = "application/vnd.oci.image.manifest.v1+json"
	typeConfig   = "application/vnd.oci.image.config.v1+json"
	typeLayer    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// image writes an archive with the image of every linux program; there is none
// without such a program.
func (s *sources) image(programs map[string]string, out string) error {
	var blobs []member
	add := func(kind string, content []byte) descriptor {
		digest := fmt.Sprintf("%x", sha256.Sum256(content))
		blobs = append(blobs, member{name: "blobs/sha256/" + digest, content: content, mode: 0o644})
		return descriptor{MediaType: kind, Digest: "sha256:" + digest, Size: len(content)}
	}
	all := index{SchemaVersion: 2, MediaType: typeIndex}
	for _, target := range allTargets {
		processor, linux := strings.CutPrefix(target, "linux/")
		program, built := programs[target]
		if !linux || !built {
			continue
		}
		layer, err := s.rootTar(program)
		if err != nil {
			return err
		}
		config, err := json.Marshal(s.imageConfig(processor, layer))
		if err != nil {
			return err
		}
		m := manifest{2, typeManifest, add(typeConfig, config), []descriptor{add(typeLayer, zipped(layer))}}
		text, err := json.Marshal(m)
		if err != nil {
			return err
		}
		d := add(typeManifest, text)
		d.Platform = &platform{processor, "linux"}
		all.Manifests = append(all.Manifests, d)
	}
	if len(all.Manifests) == 0 {
		return nil
	}
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	members := append([]member{
		{name: "oci-layout", content: []byte(`{"imageLayoutVersion":"1.0.0"}`), mode: 0o644},
		{name: "index.json", content: text, mode: 0o644},
	}, blobs...)
	archive, err := tarball(members, s.when)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, s.name("image.tar")), archive, 0o644)
}

// rootTar returns the root file system of the image: the program, the
// certificates that it trusts servers by, a user, and places to write to.
func (s *sources) rootTar(program string) ([]byte, error) {
	content, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	return tarball([]member{
		{name: "etc/", mode: 0o755},
		{name: "etc/group", content: fmt.Appendf(nil, "root:x:0:\nnonroot:x:%d:\n", nobody), mode: 0o644},
		{name: "etc/passwd", content: fmt.Appendf(nil, "root:x:0:0:root:/:/none\nnonroot:x:%d:%[1]d:nonroot:/data:/none\n", nobody), mode: 0o644},
		{name: "etc/ssl/", mode: 0o755},
		{name: "etc/ssl/certs/", mode: 0o755},
		{name: "etc/ssl/certs/ca-certificates.crt", content: certificates(), mode: 0o644},
		{name: "frontdoor", content: content, mode: 0o755},
		{name: "tmp/", mode: 0o1777},
		{name: "data/", mode: 0o755, owner: nobody},
	}, s.when)
}

// certificates are Mozilla's, in the version that go.mod names.
func certificates() []byte {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil { // a file cannot say what else a root is limited by
			_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}) // into memory
		}
	}
	return b.Bytes()
}

// imageConfig says how the image is run.
func (s *sources) imageConfig(processor string, layer []byte) any {
	type object = map[string]any
	return object{
		"created": s.when, "architecture": processor, "os": "linux",
		"config": object{
			"User": fmt.Sprintf("%d:%[1]d", nobody), "WorkingDir": "/data", "Entrypoint": []string{"/frontdoor"},
			"Env": []string{"PATH=/", "HOME=/data"}, "Volumes": object{"/data": object{}},
			"Labels": object{"org.opencontainers.image.title": "frontdoor", "org.opencontainers.image.version": s.version,
				"org.opencontainers.image.revision": s.commit, "org.opencontainers.image.licenses": "Apache-2.0"},
		},
		"rootfs":  object{"type": "layers", "diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(layer))}},
		"history": []object{{"created": s.when, "created_by": "tools/release"}},
	}
}
