package hostile

import (
	"bytes"
	"compress/zlib"
	"hash/crc32"
	"strings"
)

// pictures are images.
func pictures() []File {
	return []File{
		file("progressive-of-many-scans.jpg", jpegOf(0xc2, 2048, 1), many(acScan, 30_300), "\xff\xd9"),
		file("progressive-of-four-components.jpg", jpegOf(0xc2, 13000, 4), dcScan(4), many("\x00", 1_380_000), many(acScan, 10), "\xff\xd9"),
		file("sequential-of-four-components.jpg", jpegOf(0xc0, 13000, 4), seqScan(4), many("\x00", 100_000), "\xff\xd9"),
		file("side-of-65500.jpg", jpegOf(0xc2, 65500, 1), dcScan(1), "\xff\xd9"),
		file("exif-in-itself.jpg", "\xff\xd8\xff\xe1", be16(2+6+26), "Exif\x00\x00II*\x00", le32(8), le16(1), le16(0x8769), le16(4), le32(1), le32(8), le32(8), jpegOf(0xc0, 8, 1)[2:], seqScan(1), "\xff\xd9"),
		file("exif-of-many-entries.jpg", "\xff\xd8\xff\xe1", be16(60000), "Exif\x00\x00MM\x00*", be32(8), be16(65535), many("\x01\x12\x00\x03\xff\xff\xff\xff\x00\x01\x00\x00", 4998), jpegOf(0xc0, 8, 1)[2:], "\xff\xd9"),
		pngOf("bomb.png", 13000, 13000, 8, 2),
		pngOf("wide.png", 178_000_000, 1, 1, 0),
		pngOf("texts.png", 1, 1, 8, 0, many(chunk("zTXt", "k\x00\x00"+deflated(900_000)), 100)),
		file("screen-of-65535.gif", "GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02", many("\xff"+many("\x55", 255), 40), "\x00;"),
		file("frame-outside.gif", "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\xff\xff\xff\xff\xff\xff\xff\xff\x00\x02\x02\x44\x01\x00;"),
		file("canvas-of-16383.webp", "RIFF", le32(22), "WEBPVP8 ", le32(10), "\x00\x00\x00\x9d\x01\x2a\xff\x3f\xff\x3f"),
		file("lossless-of-16384.webp", "RIFF", le32(18), "WEBPVP8L", le32(6), "\x2f\xff\xff\xff\x0f\x00"),
		file("chunk-of-4-gigabytes.webp", "RIFF\xff\xff\xff\xffWEBPVP8X", le32(10), "\x10\x00\x00\x00\xff\xff\xff\xff\xff\xffALPH\xff\xff\xff\xff"),
		file("boxes-in-boxes.heic", be32(16), "ftypheic\x00\x00\x00\x00", boxes(200)),
		file("items-of-no-bytes.heic", be32(16), "ftypheic\x00\x00\x00\x00", be32(20+8), "meta\x00\x00\x00\x00", be32(16), "iloc\x02\x00\x00\x00\xff\xff\xff\xff"),
	}
}

// jpegOf is a JPEG file up to its scans: a frame of a kind (0xc0 sequential, 0xc2
// progressive), side by side pixels in some components, and tables in which one
// bit is the symbol 0.
func jpegOf(kind byte, side, components int) string {
	b := "\xff\xd8\xff\xdb" + be16(67) + "\x00" + many("\x01", 64)
	b += "\xff" + string([]byte{kind}) + be16(8+3*components) + "\x08" + be16(side) + be16(side) + string([]byte{byte(components)})
	for i := range components {
		b += string([]byte{byte(i + 1), 0x11, 0})
	}
	table := "\x01" + many("\x00", 15) + "\x00"
	return b + "\xff\xc4" + be16(20) + "\x00" + table + "\xff\xc4" + be16(20) + "\x10" + table
}

// acScan is a scan of the first component, coefficients 1 to 63, that says
// nothing.
const acScan = "\xff\xda\x00\x08\x01\x01\x00\x01\x3f\x00"

func dcScan(components int) string  { return scan(components, "\x00\x00\x00") }
func seqScan(components int) string { return scan(components, "\x00\x3f\x00") }

// scan begins a scan of all components.
func scan(components int, parameters string) string {
	b := "\xff\xda" + be16(6+2*components) + string([]byte{byte(components)})
	for i := range components {
		b += string([]byte{byte(i + 1), 0})
	}
	return b + parameters
}

// pngOf is a PNG file of zeros.
func pngOf(name string, w, h int, depth, colour byte, more ...string) File {
	rows := min(h*(1+w*int(depth)/8*3), 520_000_000)
	return file(name, "\x89PNG\r\n\x1a\n", chunk("IHDR", be32(w)+be32(h)+string([]byte{depth, colour, 0, 0, 0})), strings.Join(more, ""),
		chunk("IDAT", deflated(min(rows, 4_000_000))), chunk("IEND", ""))
}

// chunk is a chunk of a PNG file.
func chunk(kind, data string) string {
	return be32(len(data)) + kind + data + be32(int(crc32.ChecksumIEEE([]byte(kind+data))))
}

// deflated is n zeros, compressed by zlib.
func deflated(n int) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	_, _ = w.Write(make([]byte, n)) // a Buffer takes everything
	_ = w.Close()
	return b.String()
}

// boxes are boxes of a HEIF file in each other.
func boxes(n int) string {
	inner := ""
	for range n {
		inner = be32(12+len(inner)) + "meta\x00\x00\x00\x00" + inner
	}
	return inner
}
