package filekind

import (
	"strings"
	"testing"
)

func TestDescribe(t *testing.T) {
	tar := make([]byte, 512)
	copy(tar, "model.pt")
	copy(tar[257:], "ustar\x0000")
	for _, c := range []struct {
		name, data, want string
	}{
		{"empty", "", "an empty file"},
		{"lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 605157884\n", "a Git LFS pointer to a file of 605157884 bytes"},
		{"page", "\n<!DOCTYPE html><html><head><title>404\n Not Found</title></head></html>", `a web page ("404 Not Found")`},
		{"page in capitals", "<HTML><BODY>Sign in", "a web page"},
		{"xml", `<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>`, "AccessDenied"},
		{"json message", `{"error":"Access to model is restricted"}`, `a server's message ("Access to model is restricted")`},
		{"json detail", `{"detail": "Not authenticated"}`, "Not authenticated"},
		{"message", "Access to model x/y is restricted. You must be authenticated.", `"Access to model x/y`},
		{"entry not found", "Entry not found", "Entry not found"},
		{"configuration", `{"model_type": "clip"}`, "a configuration in JSON"},
		{"other json", `{"a": 1}`, "a JSON file"},
		{"gzip", "\x1f\x8b\x08\x00", "a gzip archive"},
		{"tar", string(tar), "a tar archive"},
		{"hdf5", "\x89HDF\r\n\x1a\nxxxx", "an HDF5 file"},
		{"gguf", "GGUF\x03\x00\x00\x00", "a GGUF file"},
		{"ggml", "lmgg\x00\x00", "a GGML file"},
		{"onnx", "\x08\x08\x12\x07pytorch\x1a\x03", "an ONNX model"},
		{"npy", "\x93NUMPY\x01\x00", "a NumPy array"},
		{"sentencepiece", "\n\x0e\n\x05<unk>\x15\x00\x00\x00\x00\x18\x02\n\x05\n\x03abc", "a SentencePiece model"},
		{"zeros", strings.Repeat("\x00", 10000), "a file of zeros"},
		{"unknown", "\x01\x02\x03\x04\xff\xfe", ""},
		{"long text", strings.Repeat("a b\n", 5000), ""},
	} {
		what, advice := Describe([]byte(c.data))
		if c.want == "" && what != "" || !strings.Contains(what, c.want) || (what == "") != (advice == "") {
			t.Errorf("%s: got %q, %q, want %q", c.name, what, advice, c.want)
		}
	}
}

func FuzzDescribe(f *testing.F) {
	f.Add([]byte("\x0a\xff\x0a"))
	f.Add([]byte("{\"error\": [\"\xff\"]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(Explain(data)) > 2000 {
			t.Error("long")
		}
	})
}
