package hostile

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"fmt"
)

// archives hold images, or say so.
func archives() []File {
	return []File{
		zipOf("deep-path.zip", many("a/", 20_000)+"b.jpg", "x"),
		zipOf("way-out.zip", "../../../etc/passwd.jpg", "x"),
		zipOf("root.zip", "/etc/passwd.jpg", "x"),
		zipOf("backslashes.zip", `..\..\a\b.jpg`, "x"),
		zipOf("names-that-turn.zip", "\u202egpj.b/a\x1b[2J\x00\n.jpg", "x"),
		zipOf("names-with-nul.zip", "a\x00/b\x00.jpg", "x"),
		zipSaying("sizes-that-lie.zip", 1<<40, 1<<41),
		zipSaying("sizes-of-2-to-64.zip", 1<<64-1, 1<<64-1),
		zipOf("zeros.zip", "a/classes.txt", many("\n", 60_000_000)),
		manyMembers("members-in-each-other.zip", 5000),
		tarOf("hole.tar", 1<<40),
		tarOf("label-of-zeros.tar", 0),
		file("cut.parquet", "PAR1", many("\x00", 100), le32(1<<31-1), "PAR1"),
		file("list-of-2-to-31.parquet", "PAR1\x19\xfc\xff\xff\xff\xff\x07", many("\x15\x02", 20), le32(45), "PAR1"),
	}
}

// zipOf is a zip archive of one compressed member.
func zipOf(name, member, content string) File {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	m, err := w.Create(member)
	if err == nil {
		_, _ = m.Write([]byte(content)) // a Buffer takes everything
	}
	_ = w.Close()
	return File{name, b.Bytes()}
}

// zipSaying is a zip archive of a compressed member that announces sizes.
func zipSaying(name string, packed, size uint64) File {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	m, err := w.CreateRaw(&zip.FileHeader{Name: "a/b.jpg", Method: zip.Deflate, CompressedSize64: packed, UncompressedSize64: size})
	if err == nil {
		_, _ = m.Write([]byte("\x03\x00")) // a Buffer takes everything
	}
	_ = w.Close()
	return File{name, b.Bytes()}
}

// manyMembers is a zip archive whose members lie in folders in each other.
func manyMembers(name string, n int) File {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range n {
		_, _ = w.Create(many("d/", i%1000) + fmt.Sprint(i, ".jpg"))
	}
	_ = w.Close()
	return File{name, b.Bytes()}
}

// tarOf is a tar archive with a member of an announced size.
func tarOf(name string, size int64) File {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	_ = w.WriteHeader(&tar.Header{Name: "a/b.cls", Typeflag: tar.TypeReg, Size: size})
	_ = w.Flush()
	return File{name, append(b.Bytes(), make([]byte, 1024)...)}
}
