// Package textfile reads the small text files that people write with their own
// editors and spreadsheets: lists of class names, captions, labels. A file may be
// in UTF-8 or UTF-16, with or without a byte-order mark, with the line ends of
// any system; what cannot be told for certain is an error, not a guess.
package textfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"frontdoor/internal/safefile"
)

// maxBytes bounds what Read reads: a list of a million images is smaller. Its
// readers take about ten times as much memory as the file has bytes.
const maxBytes = 128 << 20

// maxLines bounds the lines, each of which takes memory however short it is.
const maxLines = 8 << 20

// Read returns the text of the regular file at path; see Decode. The error names
// the file.
func Read(path string) (string, error) {
	data, err := safefile.Read(path, maxBytes)
	if err != nil {
		return "", err
	}
	text, err := Decode(data)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if n := strings.Count(text, "\n") + strings.Count(text, "\r"); n > maxLines {
		return "", fmt.Errorf("%s: %d lines, more than the limit of %d", path, n, maxLines)
	}
	return text, nil
}

// errUTF32 is the error of a file that could be read, but that nobody writes.
var errUTF32 = errors.New("the text is in UTF-32: save the file as UTF-8")

// Decode returns the text that data holds, without a byte-order mark. Data in
// UTF-16 is known by its mark, or by the zero bytes that every other byte of
// Western text and every line end has. Data that is not valid in its encoding,
// such as Latin-1, is an error that says in which line, as are zero bytes
// anywhere else.
func Decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe\x00\x00")) || bytes.HasPrefix(data, []byte("\x00\x00\xfe\xff")):
		return "", errUTF32
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decode16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decode16(data[2:], binary.BigEndian)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(data, 0) >= 0 {
		return decodeZeros(data)
	}
	return valid(string(data))
}

// decodeZeros reads data with zero bytes and no mark, which UTF-16 may be.
func decodeZeros(data []byte) (string, error) {
	var zeros [4]int // by place in a group of four
	for i, b := range data {
		if b == 0 {
			zeros[i%4]++
		}
	}
	even, odd := zeros[0]+zeros[2], zeros[1]+zeros[3]
	group := len(data) / 4
	switch {
	case len(data)%4 == 0 && (zeros[2] == group && zeros[3] == group || zeros[0] == group && zeros[1] == group):
		return "", errUTF32
	case even == 0:
		return decode16(data, binary.LittleEndian)
	case odd == 0:
		return decode16(data, binary.BigEndian)
	}
	return "", errors.New("it holds zero bytes and is no text: give a text file in UTF-8")
}

// decode16 reads UTF-16.
func decode16(data []byte, order binary.ByteOrder) (string, error) {
	if len(data)%2 != 0 {
		return "", errors.New("the text is in UTF-16 and cut off in the middle of a character: save it again, best as UTF-8")
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	runes := utf16.Decode(units)
	for i, r := range runes {
		if r == utf8.RuneError {
			return "", fmt.Errorf("line %d: not valid as UTF-16: save the file as UTF-8", lineOf(string(runes[:i])))
		}
	}
	return valid(string(runes))
}

// valid checks that text is UTF-8 without zeros.
func valid(text string) (string, error) {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			return "", fmt.Errorf("line %d: the byte 0x%02X is not UTF-8; the text is in Latin-1, Windows-1252 or another code page: save the file as UTF-8",
				lineOf(text[:i]), text[i])
		case r == 0:
			return "", fmt.Errorf("line %d: a zero byte is no text: give a text file in UTF-8", lineOf(text[:i]))
		}
		i += n
	}
	return text, nil
}

// lineOf is the number of the line that follows before.
func lineOf(before string) int { return len(Lines(before + "x")) }

// lineEnds are the ends of lines of Unix and Windows, of old Macs and of
// mainframes (NEL), and Unicode's own.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

// Lines returns the lines of text, without their ends. An end at the end of
// the text begins no further line.
func Lines(text string) []string {
	text = strings.TrimSuffix(lineEnds.Replace(text), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
