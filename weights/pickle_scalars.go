package weights

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Numbers and texts: protocols 2 to 5 write them in binary form, protocols 0
// and 1 some of them as lines of text.

func (p *pickle) stepNumber(op byte) error {
	switch op {
	case 'K', 'M':
		size := 1
		if op == 'M' {
			size = 2
		}
		v, err := p.number(size)
		return p.pushed(int64(v), err)
	case 'J':
		v, err := p.number(4)
		return p.pushed(int64(int32(v)), err)
	case 'G':
		b, err := p.bytes(8)
		if err != nil {
			return err
		}
		return p.push(float(b))
	}
	size := 1
	if op == 0x8b {
		size = 4
	}
	b, err := p.counted(size)
	return p.pushed(long(b), err)
}

// long decodes a little-endian integer in two's complement of any length.
func long(b []byte) any {
	if len(b) > 8 {
		return pyLong{}
	}
	if len(b) == 0 {
		return int64(0)
	}
	var wide [8]byte
	copy(wide[:], b)
	v := int64(binary.LittleEndian.Uint64(wide[:]))
	shift := 64 - 8*len(b)
	return v << shift >> shift // the highest bit that is there is the sign
}

// float decodes a float64, which pickles store big-endian.
func float(b []byte) float64 { return math.Float64frombits(binary.BigEndian.Uint64(b)) }

func (p *pickle) stepText(op byte) error {
	size := 4
	switch op {
	case 0x8c, 'U', 'C':
		size = 1
	case 0x8d, 0x8e, 0x96:
		size = 8
	}
	b, err := p.counted(size)
	if op == 'C' || op == 'B' || op == 0x8e || op == 0x96 {
		return p.pushed(pyBytes(b), err)
	}
	return p.pushed(string(b), err)
}

// stepLine reads a number or a text that is a line of its own.
func (p *pickle) stepLine(op byte) error {
	line, err := p.line()
	if err != nil {
		return err
	}
	switch op {
	case 'I':
		if line == "00" || line == "01" {
			return p.push(line == "01")
		}
		return p.pushed(integer(line))
	case 'L':
		return p.pushed(integer(strings.TrimSuffix(line, "L")))
	case 'F':
		v, err := strconv.ParseFloat(line, 64)
		return p.pushed(v, err)
	case 'S':
		if n := len(line); n < 2 || line[0] != line[n-1] || line[0] != '\'' && line[0] != '"' {
			return errors.New("a text has no quotation marks")
		}
		return p.pushed(unescape(line[1:len(line)-1], true))
	}
	return p.pushed(unescape(line, false))
}

// integer reads a decimal number of any length.
func integer(text string) (any, error) {
	v, err := strconv.ParseInt(text, 10, 64)
	if errors.Is(err, strconv.ErrRange) {
		return pyLong{}, nil
	}
	return v, err
}

// decimal reads a line with the number of something remembered.
func (p *pickle) decimal() (uint64, error) {
	line, err := p.line()
	if err != nil {
		return 0, err
	}
	return strconv.ParseUint(line, 10, 64)
}

// escapes are the short escapes of Python's literals of bytes.
var escapes = map[byte]byte{
	'n': '\n', 't': '\t', 'r': '\r', '\\': '\\', '\'': '\'', '"': '"',
	'a': 7, 'b': 8, 'f': 12, 'v': 11,
}

// unescape decodes a text of a line, each byte of which stands for the
// character of its number: a literal of Python 2's str, with all of its
// escapes, or raw unicode, with \uXXXX and \UXXXXXXXX alone.
func unescape(text string, literal bool) (any, error) {
	var out strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			out.WriteRune(rune(text[i]))
			continue
		}
		digits := map[byte]int{'u': 4, 'U': 8}[text[i+1]]
		if literal {
			digits = map[byte]int{'x': 2}[text[i+1]]
		}
		short, ok := escapes[text[i+1]]
		switch {
		case digits > 0:
			end := min(i+2+digits, len(text))
			code, err := strconv.ParseUint(text[i+2:end], 16, 32)
			if err != nil || end < i+2+digits {
				return nil, fmt.Errorf("the escape %q is not complete", text[i:end])
			}
			out.WriteRune(rune(code))
			i = end - 1
		case literal && ok:
			out.WriteByte(short)
			i++
		default:
			out.WriteByte('\\')
		}
	}
	return out.String(), nil
}
