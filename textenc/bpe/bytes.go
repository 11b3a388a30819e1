package bpe

import (
	"strings"
	"unicode/utf8"
)

// Byte-pair encoding starts from the 256 bytes, so that any text at all can be
// spelled. A table of merges is a text file, though, in which a space or a
// control character would be lost; so each byte is written as a printable
// character. Bytes that are printable in Latin-1 stand for themselves, and the
// 68 others are written, in increasing order, as U+0100, U+0101, ...

// wordEnd is the mark that a symbol carries when it ends a word: "cat</w>" is
// the word, "cat" the beginning of "cattle".
const wordEnd = "</w>"

// printableBytes are the runs of bytes that stand for themselves. Their order
// is the order of the first ids of the vocabulary.
var printableBytes = [][2]int{{33, 126}, {161, 172}, {174, 255}}

// byteOrder returns the 256 bytes in the order of their ids, and for each byte
// the character that it is written as.
func byteOrder() (order [256]byte, written [256]rune) {
	n := 0
	for _, run := range printableBytes {
		for b := run[0]; b <= run[1]; b++ {
			order[n], written[b] = byte(b), rune(b)
			n++
		}
	}
	next := rune(256)
	for b := range 256 {
		if written[b] == 0 {
			order[n], written[b] = byte(b), next
			n++
			next++
		}
	}
	return order, written
}

// spelled returns text with each of its bytes written as its character.
func spelled(text string, written *[256]rune) []string {
	symbols := make([]string, len(text))
	for i := range len(text) {
		symbols[i] = string(written[text[i]])
	}
	return symbols
}

// unspelled returns the bytes that the symbol stands for; characters that
// write no byte stay as they are. The reverse of the table is passed in.
func unspelled(symbol string, bytes map[rune]byte) string {
	var out strings.Builder
	for _, r := range symbol {
		if b, ok := bytes[r]; ok {
			out.WriteByte(b)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// validUTF8 returns text with each maximal malformed part of a character
// replaced by U+FFFD, which is what the Unicode standard recommends: three
// bytes of a four-byte character become one mark, not three.
func validUTF8(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	var out strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			// A prefix is not a full character as long as it may still become one.
			for n := 2; n <= len(text) && !utf8.FullRuneInString(text[:n]); n++ {
				size = n
			}
		}
		out.WriteRune(r)
		text = text[size:]
	}
	return out.String()
}
