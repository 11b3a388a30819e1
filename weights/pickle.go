package weights

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"frontdoor/internal/budget"
)

const (
	// pickleLimit is the largest pickle that is read: ViT-L/14 with an
	// optimiser takes less than a megabyte.
	pickleLimit = 64 << 20
	// pickleSteps bounds the instructions of a file's pickles, each of which
	// allocates about a hundred bytes at most besides the texts that it holds,
	// and what is done with the objects that they make. A tensor takes about
	// thirty, and a hundred to find.
	pickleSteps = 1 << 20
)

// pickleBudget is for all pickles of a file of size bytes, most of which are
// numbers: what pickles may cost does not grow with them.
func pickleBudget(size int) *budget.Budget {
	return budget.Rates{FreeWork: pickleSteps}.For(int64(size))
}

// pickle is the stack machine.
type pickle struct {
	data  []byte
	at    int
	stack []any
	steps *budget.Budget // instructions and copied entries
	memo  map[uint64]any
}

// readPickle draws the picture that the pickle at the beginning of data
// describes, and returns the length of the pickle in bytes.
func readPickle(data []byte, steps *budget.Budget) (value any, n int, err error) {
	p := &pickle{data: data[:min(len(data), pickleLimit)], memo: make(map[uint64]any), steps: steps}
	for {
		if err := p.spend(1); err != nil {
			return nil, 0, err
		}
		op, err := p.byte()
		if err == nil && op == opStop {
			value, err = p.pop()
			return value, p.at, p.locate(op, err)
		}
		if err == nil {
			err = p.step(op)
		}
		if err != nil {
			return nil, 0, p.locate(op, err)
		}
	}
}

// spend counts instructions, and entries before they are copied.
func (p *pickle) spend(n int64) error {
	if p.steps.Work(n) != nil {
		return fmt.Errorf("the pickle has more than %d instructions and copies: %w", pickleSteps, budget.ErrSpent)
	}
	return nil
}

// locate adds the place to an error.
func (p *pickle) locate(op byte, err error) error {
	switch {
	case err == nil:
		return nil
	case err == io.ErrUnexpectedEOF && len(p.data) == pickleLimit:
		return fmt.Errorf("the pickle has more than %d bytes", pickleLimit)
	case err == io.ErrUnexpectedEOF:
		return errors.New("the pickle ends too early; the file may be cut short")
	}
	return fmt.Errorf("the pickle cannot be read: at byte %d (%s): %w", p.at, opName(op), err)
}

// The four ways in which an instruction takes its argument.

func (p *pickle) byte() (byte, error) {
	b, err := p.bytes(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

func (p *pickle) bytes(n uint64) ([]byte, error) {
	if n > uint64(len(p.data)-p.at) {
		return nil, io.ErrUnexpectedEOF
	}
	b := p.data[p.at : p.at+int(n)]
	p.at += int(n)
	return b, nil
}

// number reads a little-endian integer of 1, 2, 4 or 8 bytes.
func (p *pickle) number(size int) (uint64, error) {
	b, err := p.bytes(uint64(size))
	if err != nil {
		return 0, err
	}
	var wide [8]byte
	copy(wide[:], b)
	return binary.LittleEndian.Uint64(wide[:]), nil
}

// counted reads a length of so many bytes, and then a text of that length.
func (p *pickle) counted(size int) ([]byte, error) {
	n, err := p.number(size)
	if err != nil {
		return nil, err
	}
	return p.bytes(n)
}

// line reads up to the next end of line.
func (p *pickle) line() (string, error) {
	for i := p.at; i < len(p.data); i++ {
		if p.data[i] == '\n' {
			text := string(p.data[p.at:i])
			p.at = i + 1
			return text, nil
		}
	}
	return "", io.ErrUnexpectedEOF
}

// The stack.

var errStack = errors.New("there is nothing on its stack")

func (p *pickle) push(v any) error {
	p.stack = append(p.stack, v)
	return nil
}

func (p *pickle) pop() (any, error) {
	v, err := p.top()
	if err == nil {
		p.stack = p.stack[:len(p.stack)-1]
	}
	return v, err
}

// top returns the last value, which must not be a mark.
func (p *pickle) top() (any, error) {
	if len(p.stack) == 0 {
		return nil, errStack
	}
	v := p.stack[len(p.stack)-1]
	if _, mark := v.(pyMark); mark {
		return nil, errStack
	}
	return v, nil
}

// popMark takes all values down to the last mark, and the mark.
func (p *pickle) popMark() ([]any, error) {
	for i := len(p.stack) - 1; i >= 0; i-- {
		if _, mark := p.stack[i].(pyMark); mark {
			items := append([]any(nil), p.stack[i+1:]...)
			p.stack = p.stack[:i]
			return items, nil
		}
	}
	return nil, errors.New("there is no mark on its stack")
}

// popTuple takes the last n values.
func (p *pickle) popTuple(n int) (pyTuple, error) {
	tuple := make(pyTuple, n)
	for i := n - 1; i >= 0; i-- {
		v, err := p.pop()
		if err != nil {
			return nil, err
		}
		tuple[i] = v
	}
	return tuple, nil
}
