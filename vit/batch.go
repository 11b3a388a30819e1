package vit

import (
	"frontdoor/autograd"
	"frontdoor/nn"
)

// Batch is the row layout of a batch of images: bookkeeping that depends only
// on the number of images and on which prompts each carries, so that it is
// made once and used for every batch of the same form.
type Batch struct {
	tokens  int               // prompt tokens an image
	rows    []autograd.RowRef // sources: class token, patches, first prompts
	pos     []int             // position of each row, -1 for prompts
	deep    []int             // prompt token of each row, -1 for none
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
	b := &Batch{tokens: n, layout: autograd.Uniform(len(image), per, false)}
	patches := c.Tokens() - 1
	last := &autograd.Layout{}
	for i, m := range template {
		at := len(b.rows)
		b.add(autograd.RowRef{Src: 0, Row: 0}, 0)
		for j := range patches {
			b.add(autograd.RowRef{Src: 1, Row: int32(image[i]*patches + j)}, 1+j)
		}
		for j := range n {
			b.add(autograd.RowRef{Src: 2, Row: int32(m*n + j)}, -1)
			b.deep[len(b.deep)-1] = m*n + j
		}
		b.readout.Rows = append(b.readout.Rows, at)
		last.Groups = append(last.Groups, autograd.Group{Seqs: []autograd.Seq{{
			Query: autograd.Span{Lo: i, Hi: i + 1},
			Keys:  autograd.Span{Lo: at, Hi: at + per},
		}}})
	}
	b.readout.Layout = last
	return b
}

// add appends a row that stays in the stream at deep prompts.
func (b *Batch) add(src autograd.RowRef, pos int) {
	b.deep = append(b.deep, -1)
	b.rows = append(b.rows, src)
	b.pos = append(b.pos, pos)
}

// Plain lays out n images without prompts.
func Plain(c Config, n int) *Batch { return NewBatch(c, make([]int, n), 0) }
