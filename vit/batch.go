package vit

import (
	"frontdoor/autograd"
	"frontdoor/nn"
)

// Batch is the row layout of a batch of images: bookkeeping that depends only
// on the number of images and on which prompts each carries, so that it is
// made once and used for every batch of the same form.
type Batch struct {
	tokens  int             // prompt tokens an image
	rows    *autograd.Index // sources: class token, patches, first prompts
	pos     *autograd.Index // position of each row, none for prompts
	deep    *autograd.Index // prompt token of each row, if it is one
	layout  *autograd.Layout
	readout nn.Readout
}

// NewBatch lays out len(template) images, image i with the n prompt tokens of
// template[i]. Without prompts pass n = 0; template then only gives the number
// of images.
func NewBatch(c Config, template []int, n int) *Batch {
	image := make([]int, len(template))
	for i := range image {
		image[i] = i
	}
	return newBatch(c, image, template, n)
}

// NewSharedBatch lays out b images once for each of m templates with n prompt
// tokens, template by template: [M·B] sequences of B images, whose patches are
// embedded once.
func NewSharedBatch(c Config, b, m, n int) *Batch {
	var image, template []int
	for k := range m {
		for i := range b {
			image, template = append(image, i), append(template, k)
		}
	}
	return newBatch(c, image, template, n)
}

// newBatch lays out sequences, sequence i of image[i] with the n prompt tokens
// of template[i].
func newBatch(c Config, image, template []int, n int) *Batch {
	per := c.Tokens() + n
	patches := c.Tokens() - 1
	var rows []autograd.RowRef
	var pos, deep, first []int
	add := func(src, row, at, token int) {
		rows = append(rows, autograd.RowRef{Src: int32(src), Row: int32(row)})
		pos, deep = append(pos, at), append(deep, token)
	}
	last := make([]autograd.Group, len(template))
	for i, m := range template {
		at := len(rows)
		add(0, 0, 0, -1)
		for j := range patches {
			add(1, image[i]*patches+j, 1+j, -1)
		}
		for j := range n {
			add(2, m*n+j, -1, m*n+j)
		}
		first = append(first, at)
		last[i].Seqs = []autograd.Seq{{Query: autograd.Span{Lo: i, Hi: i + 1}, Keys: autograd.Span{Lo: at, Hi: at + per}}}
	}
	return &Batch{
		tokens: n, rows: autograd.NewIndex(rows), pos: autograd.RowIndex(pos), deep: autograd.RowIndex(deep),
		layout:  autograd.Uniform(len(image), per, false),
		readout: nn.Readout{Rows: autograd.RowIndex(first), Layout: autograd.NewLayout(false, last...)},
	}
}

// Rows returns the number of rows R in front of the first block.
func (b *Batch) Rows() int { return b.rows.Len() }

// Unprompted lays out n images without prompts.
func Unprompted(c Config, n int) *Batch { return NewBatch(c, make([]int, n), 0) }
