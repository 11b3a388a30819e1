// Package hostile makes files that ask for more than they are worth: small ones
// that announce, repeat or unpack to something large, lie about lengths, or
// refer to themselves. Tests give them to every reader, and fuzzing begins at
// them.
package hostile

import (
	"encoding/binary"
	"path"
	"slices"
	"strings"
)

// File is a hostile file.
type File struct {
	Name string // says what is wrong with it, with the usual ending of its format
	Data []byte
}

// All returns every file, of every format.
func All() []File { return slices.Concat(pictures(), models(), labels(), texts(), archives()) }

// Of returns the contents of the files whose names have one of the endings, such
// as ".jpg".
func Of(endings ...string) [][]byte {
	var out [][]byte
	for _, f := range All() {
		if slices.Contains(endings, path.Ext(f.Name)) {
			out = append(out, f.Data)
		}
	}
	return out
}

// be and le are numbers in bytes.
func be16(v int) string { return string(binary.BigEndian.AppendUint16(nil, uint16(v))) }
func be32(v int) string { return string(binary.BigEndian.AppendUint32(nil, uint32(v))) }
func le16(v int) string { return string(binary.LittleEndian.AppendUint16(nil, uint16(v))) }
func le32(v int) string { return string(binary.LittleEndian.AppendUint32(nil, uint32(v))) }
func le64(v int) string { return string(binary.LittleEndian.AppendUint64(nil, uint64(v))) }

// many repeats a text.
func many(text string, n int) string { return strings.Repeat(text, n) }

// file makes a File of texts.
func file(name string, parts ...string) File { return File{name, []byte(strings.Join(parts, ""))} }
