package ptx

import (
	"fmt"
	"strconv"
	"strings"
)

// Module is a parsed PTX text.
type Module struct {
	Version string // such as "7.0"
	Target  string // such as "sm_80"
	Kernels map[string]*Kernel
}

// Kernel is an entry of a module, ready to run.
type Kernel struct {
	Name   string
	Params []Param // in declared order
	Static int     // bytes of static shared memory

	lines     []string
	instr     []instr
	registers int               // registers of the warp, constants and special ones included
	preds     int               // predicates
	constants map[uint64]int    // value to register
	specials  map[string]int    // name to register
	shared    map[string]uint64 // name to offset; dynamic memory begins at Static
}

// Param is a kernel parameter.
type Param struct {
	Name   string
	Size   int // bytes
	Offset int // in the parameter block, aligned to Size
}

// ParamBytes returns the length of the parameter block.
func (k *Kernel) ParamBytes() int {
	if len(k.Params) == 0 {
		return 0
	}
	last := k.Params[len(k.Params)-1]
	return last.Offset + last.Size
}

// Parse reads a module and compiles its kernels. Text that is no PTX, or that
// uses what this package does not know, is an error that names the line.
func Parse(text string) (*Module, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, fmt.Errorf("ptx: %w", err)
	}
	p := &parser{tokens: tokens, lines: strings.Split(text, "\n"), module: &Module{Kernels: map[string]*Kernel{}}}
	if err := p.parse(); err != nil {
		return nil, fmt.Errorf("ptx: %w", err)
	}
	return p.module, nil
}

type parser struct {
	tokens  []token
	at      int
	lines   []string
	module  *Module
	dynamic string // name of the module's dynamic shared memory
}

// syntax is the panic by which the parser's methods give up.
type syntax struct{ error }

func (p *parser) fail(format string, args ...any) {
	line := len(p.lines)
	if p.at < len(p.tokens) {
		line = p.tokens[p.at].line
	}
	panic(syntax{fmt.Errorf("line %d: %s", line, fmt.Sprintf(format, args...))})
}

func (p *parser) peek() string {
	if p.at >= len(p.tokens) {
		return ""
	}
	return p.tokens[p.at].text
}

func (p *parser) next() string {
	t := p.peek()
	if t == "" {
		p.fail("the text ends in the middle")
	}
	p.at++
	return t
}

func (p *parser) want(text string) {
	if t := p.peek(); t != text {
		p.fail("%q where %q should be", t, text)
	}
	p.at++
}

func (p *parser) took(text string) bool {
	if p.peek() == text {
		p.at++
		return true
	}
	return false
}

func (p *parser) number() int {
	n, err := strconv.ParseInt(p.peek(), 0, 64)
	if err != nil {
		p.fail("%q is no whole number", p.peek())
	}
	p.at++
	return int(n)
}

// parse reads the directives of the module and its kernels.
func (p *parser) parse() (err error) {
	defer func() {
		if r := recover(); r != nil {
			s, ok := r.(syntax)
			if !ok {
				panic(r)
			}
			err = s.error
		}
	}()
	for p.at < len(p.tokens) {
		switch t := p.next(); t {
		case ".version":
			p.module.Version = p.next()
		case ".target":
			p.module.Target = p.next()
		case ".address_size":
			if n := p.number(); n != 64 {
				p.fail("addresses of %d bits", n)
			}
		case ".extern":
			p.want(".shared")
			name, size := p.array()
			if size != 0 {
				p.fail("external shared memory %s has a size", name)
			}
			p.dynamic = name
		case ".visible":
		case ".entry":
			k := p.kernel()
			if p.module.Kernels[k.Name] != nil {
				p.fail("a second kernel %s", k.Name)
			}
			p.module.Kernels[k.Name] = k
		default:
			p.at--
			p.fail("%q is no directive that is known here", t)
		}
	}
	if p.module.Version == "" || p.module.Target == "" {
		p.fail("no .version or no .target")
	}
	return nil
}

// array reads the rest of a shared array: its alignment, type, name and size,
// which is 0 for [].
func (p *parser) array() (name string, size int) {
	if p.took(".align") {
		if n := p.number(); n > 128 {
			p.fail("an alignment of %d bytes", n)
		}
	}
	p.want(".b8")
	name = p.next()
	p.want("[")
	if p.peek() != "]" {
		size = p.number()
	}
	p.want("]")
	p.want(";")
	return name, size
}

func (p *parser) params() (params []Param) {
	offset := 0
	p.want("(")
	for !p.took(")") {
		if len(params) > 0 {
			p.want(",")
		}
		p.want(".param")
		size := width(strings.TrimPrefix(p.next(), "."))
		if size < 4 {
			p.at--
			p.fail("parameter type %s", p.peek())
		}
		offset = (offset + size - 1) / size * size
		params = append(params, Param{p.next(), size, offset})
		offset += size
	}
	return params
}

// width returns the bytes of a type, or 0 if there is no such type.
func width(typ string) int {
	switch typ {
	case "b16", "u16", "s16", "f16", "bf16":
		return 2
	case "b32", "u32", "s32", "f32", "f16x2", "bf16x2", "tf32":
		return 4
	case "b64", "u64", "s64", "f64":
		return 8
	}
	return 0
}
