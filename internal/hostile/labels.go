package hostile

import (
	"encoding/binary"
	"hash/crc32"
)

// labels are MATLAB's files and files of records.
func labels() []File {
	return []File{
		mat("text-of-2-to-28-by-0.mat", array(4, []int{1 << 28, 0}, mel(16, ""))),
		mat("numbers-of-2-to-28-by-0.mat", array(6, []int{1 << 28, 0}, mel(9, ""))),
		mat("cells-of-2-to-28.mat", array(1, []int{1 << 14, 1 << 14}, mel(14, ""))),
		mat("fields-of-2-to-28-by-0.mat", array(2, []int{1 << 28, 0}, mel(5, le32(1))+mel(1, "abcdefgh"))),
		mat("dimensions-that-overflow.mat", array(6, []int{1 << 27, 1 << 27, 1 << 27, 1 << 27}, mel(9, ""))),
		mat("zeros.mat", mel(15, deflated(60_000_000))),
		mat("text-of-zeros.mat", mel(15, deflatedText(array(4, []int{1, 20_000_000}, mel(17, many("a\x00", 20_000_000)))))),
		mat("many-empty-cells.mat", array(1, []int{1, 200_000}, many(mel(14, ""), 200_000))),
		records("records-of-2-to-31.pixels", 1<<31-1, 1<<31-1),
		records("records-of-no-bytes.pixels", 1<<31-1, 0),
		records("one-record-too-many.pixels", 1, 150528),
	}
}

// mat is a MATLAB file of one element.
func mat(name, element string) File {
	return file(name, "MATLAB 5.0 MAT-file", many(" ", 105), "\x00\x01IM", element)
}

// mel is an element: a tag and bytes.
func mel(kind int, data string) string {
	pad := ""
	if kind != 15 {
		pad = many("\x00", (8-len(data)%8)%8)
	}
	return le32(kind) + le32(len(data)) + data + pad
}

// array is an element that holds an array called x.
func array(class int, dims []int, content string) string {
	d := ""
	for _, n := range dims {
		d += le32(n)
	}
	return mel(14, mel(6, le32(class)+le32(0))+mel(5, d)+mel(1, "x")+content)
}

// records ends like a file of records.
func records(name string, n, size int) File {
	sum := crc32.Checksum(nil, crc32.MakeTable(crc32.Castagnoli))
	return file(name, le32(n), le32(size), string(binary.LittleEndian.AppendUint32(nil, sum)), "FDR1")
}
