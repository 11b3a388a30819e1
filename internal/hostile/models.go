package hostile

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/crc32"
	"strings"
)

// models are files of weights and vocabularies.
func models() []File {
	list := []File{
		file("header-of-100-megabytes.safetensors", le64(100_000_000), "{"),
		file("header-of-2-to-63.safetensors", "\xff\xff\xff\xff\xff\xff\xff\x7f{"),
		safetensors("shape-that-overflows.safetensors", `{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`),
		safetensors("shape-of-many.safetensors", `{"a":{"dtype":"F32","shape":[`+many("1,", 50_000)+`0],"data_offsets":[0,0]}}`),
		safetensors("keys-in-capitals.safetensors", `{"a":{"DTYPE":"F32","Shape":[0],"data_offsets":[0,0]}}`),
		safetensors("deep.safetensors", `{"__metadata__":`+many("[", 20_000)),
		file("index-of-itself.json", `{"weight_map": {"a": "index-of-itself.json", "b": "../../etc/passwd"}}`),
		file("merges-of-nothing.txt", many("\n", 1<<20)),
		file("deep.json", `{"model":`, many(`{"vocab":`, 20_000)),
		gzipped("tokenizer-of-zeros.json.gz", `{"model":{"type":"BPE","end_of_word_suffix":"</w>","merges":[`+many(`"a b",`, 8_000_000)+`"a b"]}}`),
		gzipped("vocabulary-of-zeros.txt.gz", many("a b\n", 8_000_000)),
	}
	for name, description := range pickles() {
		list = append(list, archive(name+".pt", description), legacy(name+".pth", description))
	}
	return list
}

func safetensors(name, header string) File { return file(name, le64(len(header)), header) }

func gzipped(name, text string) File {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // a Buffer takes everything
	_ = w.Close()
	return File{name, b.Bytes()}
}

// text is a text in a pickle.
func text(s string) string { return "X" + le32(len(s)) + s }

const (
	orderedDict = "ccollections\nOrderedDict\n"
	begin       = "\x80\x02"
	aTensor     = "ctorch._utils\n_rebuild_tensor_v2\n)R" // of no arguments
)

// pickles are the instructions of pickles, by what is wrong with them.
func pickles() map[string]string {
	// A dictionary of 1,000 entries as memory 0, copied by 4,000 calls of four
	// bytes, alone and each in the next.
	large := begin + "}q\x00(" + many("K\x01K\x01", 1000) + "u"
	wide := ""
	for i := range 10_000 { // entries that are all the same large dictionary
		wide += text(fmt.Sprint("k", i)) + "h\x00"
	}
	return map[string]string{
		"copies-of-a-dictionary":     large + many(orderedDict+"h\x00\x85R0", 800) + ".",
		"copies-in-one-call":         large + orderedDict + "(" + many("h\x00", 50_000) + "tR.",
		"copies-that-double":         begin + "}q\x00(K\x01K\x01u" + many(orderedDict+"(h\x00h\x00tRq\x00", 40) + ".",
		"dictionary-of-dictionaries": large + "}(" + wide + "u.",
		"tuples-of-tuples":           begin + "K\x01q\x00" + many("(h\x00h\x00h\x00h\x00tq\x00", 40) + "}(" + text("state_dict") + "h\x00u.",
		"empty-dictionaries":         begin + "(" + many("}", 1<<20) + "t.",
		"marks":                      begin + many("(", 1<<20) + ".",
		"remembered":                 begin + "\x80\x04N" + many("\x94", 1<<20) + ".",
		"names-that-grow":            begin + module(text(many("n", 500)), 60) + ".",
		"keys-of-a-megabyte":         begin + text(many("k", 1<<20)) + "q\x01}(" + text("x") + aTensor + "uq\x00}(" + many("h\x01h\x00", 20_000) + "u.",
		"state-in-itself":            begin + "}q\x00(" + text("state_dict") + "h\x00" + text("model") + "h\x00u.",
		"module-in-itself":           begin + "c__torch__\nM\n)\x81q\x00}(" + many(text("a")+"h\x00", 100) + "ub.",
	}
}

// module is a module with one in it, and so on, all with the same name.
func module(name string, depth int) string {
	inner := "c__torch__\nM\n)\x81}b"
	for range depth {
		inner = "c__torch__\nM\n)\x81}(" + name + inner + "ub"
	}
	return inner
}

// archive is a zip archive as PyTorch makes it, of a description alone.
func archive(name, description string) File {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	m, err := w.CreateRaw(&zip.FileHeader{Name: "archive/data.pkl", Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(description)),
		CompressedSize64: uint64(len(description)), UncompressedSize64: uint64(len(description))})
	if err == nil {
		_, _ = strings.NewReader(description).WriteTo(m) // a Buffer takes everything
	}
	_ = w.Close()
	return File{name, b.Bytes()}
}

// legacy is a file as PyTorch made it before 1.6: a magic number, a version, the
// machine, the objects, the keys of the storages.
func legacy(name, description string) File {
	return file(name, begin, "\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", begin, "M\xe9\x03.", begin, "}.", description, begin, "].")
}
