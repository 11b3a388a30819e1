// Package filekind says what a file is that is not what it was taken for.
//
// A download that failed leaves a file of the right name: a pointer of Git LFS,
// a web page, the server's refusal. Others are weights in a format of another
// program, or still packed. The readers of this project ask here when they
// cannot read a file, so that the error says what there is and what to do.
package filekind

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// headBytes is how much of a file Describe looks at.
const headBytes = 4096

// Describe returns what the content is and what to do about it, in half a
// sentence each, or nothing if it is of no known kind. It is for files that
// are neither tensors nor a vocabulary of CLIP.
func Describe(data []byte) (what, advice string) {
	if len(data) == 0 {
		return "an empty file", downloadAgain
	}
	if what, advice := binary(data); what != "" {
		return what, advice
	}
	return text(data)
}

// Explain returns Describe's answer as an error text, or nothing.
func Explain(data []byte) string {
	what, advice := Describe(data)
	if what == "" {
		return ""
	}
	return fmt.Sprintf("this is %s; %s", what, advice)
}

const (
	downloadAgain = "download the file again"
	unpack        = "unpack it and give the file of weights in it"
	convert       = "export the model to safetensors or with torch.save, and give that"
)

// magic is a kind of file that begins with certain bytes at a certain place.
type magic struct {
	at           int
	bytes        string
	what, advice string
}

var magics = []magic{
	{0, "\x1f\x8b", "a gzip archive", unpack},
	{257, "ustar", "a tar archive", unpack},
	{0, "BZh", "a bzip2 archive", unpack},
	{0, "\xfd7zXZ\x00", "an xz archive", unpack},
	{0, "\x28\xb5\x2f\xfd", "a Zstandard archive", unpack},
	{0, "7z\xbc\xaf\x27\x1c", "a 7-Zip archive", unpack},
	{0, "Rar!\x1a\x07", "a RAR archive", unpack},
	{0, "\x89HDF\r\n\x1a\n", "an HDF5 file (Keras)", convert},
	{0, "GGUF", "a GGUF file (llama.cpp)", convert},
	{0, "lmgg", "a GGML file (llama.cpp, clip.cpp)", convert},
	{0, "fmgg", "a GGML file (llama.cpp, clip.cpp)", convert},
	{0, "tjgg", "a GGML file (llama.cpp, clip.cpp)", convert},
	{0, "algg", "a GGML file (llama.cpp, clip.cpp)", convert},
	{0, "ggml", "a GGML file (llama.cpp, clip.cpp)", convert},
	{0, "\x93NUMPY", "a NumPy array (.npy)", convert},
	{4, "TFL3", "a TensorFlow Lite model", convert},
	{0, "PAR1", "a Parquet file", "give a file of weights"},
	{0, "%PDF-", "a PDF document", "give a file of weights"},
	{0, "\x7fELF", "a program", "give a file of weights"},
	{0, "MZ", "a program", "give a file of weights"},
	{0, "\x89PNG\r\n", "a PNG picture", "give a file of weights"},
	{0, "\xff\xd8\xff", "a JPEG picture", "give a file of weights"},
	{0, "GIF8", "a GIF picture", "give a file of weights"},
	{0, "SQLite format 3\x00", "an SQLite database", "give a file of weights"},
}

// binary tells formats by their first bytes.
func binary(data []byte) (what, advice string) {
	for _, m := range magics {
		if len(data) >= m.at+len(m.bytes) && string(data[m.at:m.at+len(m.bytes)]) == m.bytes {
			return m.what, m.advice
		}
	}
	head := data[:min(len(data), headBytes)]
	switch {
	case isONNX(head):
		return "an ONNX model", "give the model that it was exported from, as safetensors or saved with torch.save"
	case isSentencePiece(head):
		return "a SentencePiece model", "CLIP's vocabulary is bpe_simple_vocab_16e6.txt.gz, merges.txt or tokenizer.json"
	case len(bytes.Trim(head, "\x00")) == 0:
		return "a file of zeros, as a broken download leaves it", downloadAgain
	}
	return "", ""
}

// isONNX says whether the file begins like a ModelProto: field 1, the version
// of the format, and then a text (field 2, the producer's name; 3, its version)
// or the graph (7) or the operator sets (8).
func isONNX(head []byte) bool {
	if len(head) < 4 || head[0] != 0x08 || head[1] == 0 || head[1] > 20 {
		return false
	}
	switch head[2] {
	case 0x12, 0x1a, 0x3a, 0x42:
		return true
	}
	return false
}

// isSentencePiece says whether the file begins like a list of pieces: field 1
// with a text and a score each.
func isSentencePiece(head []byte) bool {
	if len(head) < 4 || head[0] != 0x0a || int(head[1])+4 > len(head) || head[2] != 0x0a {
		return false
	}
	next := head[2+int(head[1]):]
	return next[0] == 0x0a && bytes.Contains(head, []byte("<unk>"))
}

var (
	lfsPointer = []byte("version https://git-lfs.github.com/spec/")
	webPage    = regexp.MustCompile(`(?i)^\s*(<!doctype\s+html|<html|<head|<body|<!--)`)
	pageTitle  = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
)

// text tells kinds of text.
func text(data []byte) (what, advice string) {
	head := bytes.TrimPrefix(data[:min(len(data), headBytes)], []byte("\ufeff"))
	switch {
	case bytes.HasPrefix(head, lfsPointer):
		size := ""
		if _, rest, ok := bytes.Cut(head, []byte("\nsize ")); ok {
			number, _, _ := bytes.Cut(rest, []byte("\n"))
			size = fmt.Sprintf(" to a file of %s bytes", clean(number))
		}
		return "a Git LFS pointer" + size + ", not the file itself", `run "git lfs pull" in the repository, or download the file from its page`
	case webPage.Match(head):
		title := ""
		if m := pageTitle.FindSubmatch(head); m != nil {
			title = fmt.Sprintf(" (%q)", clean(m[1]))
		}
		return "a web page" + title + ", not the file", "the address may be of a page about the file, or need a login: " + downloadAgain
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("<?xml")), bytes.HasPrefix(bytes.TrimSpace(head), []byte("<Error")):
		return fmt.Sprintf("a server's message in XML (%q)", clean(head)), downloadAgain
	case isJSON(data):
		return jsonKind(data)
	case isPlain(head):
		return fmt.Sprintf("a text that begins with %q, most likely a server's message", clean(head)),
			downloadAgain + ", with a login where the model asks for one"
	}
	return "", ""
}

func isJSON(data []byte) bool {
	trimmed := bytes.TrimSpace(data)
	return len(trimmed) > 0 && len(trimmed) < 64<<20 && (trimmed[0] == '{' || trimmed[0] == '[') && json.Valid(trimmed)
}

// messageKeys are the entries in which servers say what is wrong.
var messageKeys = []string{"error", "message", "detail", "errors", "msg"}

// jsonKind tells a server's message and the configuration files that lie
// beside weights.
func jsonKind(data []byte) (what, advice string) {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil {
		return "a JSON file", "give the file of weights"
	}
	for _, key := range messageKeys {
		if value, ok := object[key]; ok {
			return fmt.Sprintf("a server's message (%q)", clean(value)), downloadAgain + ", with a login where the model asks for one"
		}
	}
	for _, key := range []string{"model_type", "architectures", "vision_config", "model_cfg", "image_mean", "do_resize", "tokenizer_class"} {
		if _, ok := object[key]; ok {
			return "a configuration in JSON", "give the file of weights beside it, or their folder"
		}
	}
	return "a JSON file", "give the file of weights"
}

// isPlain says whether the text is short enough for a message and readable.
func isPlain(head []byte) bool {
	if len(head) == headBytes || !utf8.Valid(head) {
		return false
	}
	return bytes.IndexFunc(head, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == utf8.RuneError }) < 0
}

// clean returns the beginning of a text on one line.
func clean(text []byte) string {
	s := strings.Join(strings.Fields(strings.ToValidUTF8(string(text), "?")), " ")
	s = strings.Trim(s, `"`)
	if len(s) > 120 {
		s = strings.ToValidUTF8(s[:120], "") + "..."
	}
	return s
}
