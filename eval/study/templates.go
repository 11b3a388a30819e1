package study

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/eval/rundir"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// templates looks at what was learned: how alike the templates are, and which
// words the learned tokens are near to.
func (s *measuring) templates() error {
	study := s.study
	study.Tokens = learnedTokens(s.Model, s.Learner.Params())
	own := textFeatures(s.Learner, len(s.Half.Classes))
	if own == nil {
		return nil
	}
	hand, err := prompt.CaptionFeatures(s.Model, s.Half.Template, s.Half.Classes) // [N, E]
	if err != nil {
		return err
	}
	sim := &rundir.Similarity{}
	for m := range own {
		sim.Templates = append(sim.Templates, fmt.Sprintf("S%d", m+1))
	}
	sim.Templates = append(sim.Templates, "hand-crafted")
	all := append(own, hand)
	for _, a := range all {
		var row []float64
		for _, b := range all {
			row = append(row, meanCosine(a, b))
		}
		sim.Cosines = append(sim.Cosines, row)
	}
	study.Similarity = sim
	return nil
}

// textFeatures returns the unit features of n classes, M tensors [N, E], or
// nil for a method that learns nothing of the text or has features of their
// own for each image.
func textFeatures(l prompt.Learner, n int) []*autograd.Tensor {
	var w *autograd.Tensor // [M·N, E]
	if several, ok := l.(interface{ TextFeatures() *autograd.Tensor }); ok {
		w = several.TextFeatures()
	} else if t, ok := l.(*prompt.Tuned); ok {
		one, ok := t.Method.(interface {
			TextFeatures(tp *autograd.Tape) *autograd.Tensor
		})
		if !ok {
			return nil
		}
		w = one.TextFeatures(nil)
	} else {
		return nil
	}
	var parts []*autograd.Tensor
	for lo := 0; lo < w.Rows(); lo += n {
		parts = append(parts, autograd.Const(w.Data[lo*w.Cols():(lo+n)*w.Cols()], n, w.Cols()))
	}
	return parts
}

// meanCosine is the mean over rows of the cosine between unit vectors of a and
// b, both [N, E].
func meanCosine(a, b *autograd.Tensor) float64 {
	sum := 0.0
	for i := range a.Rows() {
		sum += dot(a.Row(i), b.Row(i))
	}
	return sum / float64(a.Rows())
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v) * float64(b[i])
	}
	return sum
}

// neighbours is how many entries of the vocabulary are listed for a token.
const neighbours = 3

// learnedTokens describes the learned text tokens of the first block, those
// that stand where words would: parameters [n, D] whose name ends in ctx.
func learnedTokens(m *clip.Model, params []nn.Named) []rundir.LearnedToken {
	var tokens []rundir.LearnedToken
	for _, p := range params {
		if p.Name != "ctx" && !strings.HasSuffix(p.Name, ".ctx") || len(p.Shape()) != 2 {
			continue
		}
		for i := range p.Rows() {
			tokens = append(tokens, rundir.LearnedToken{Name: fmt.Sprintf("%s %d", p.Name, i+1), Nearest: nearest(m, p.Row(i))})
		}
	}
	return tokens
}

// word is the text of an entry of the vocabulary, or "" if it is none that can
// be read, such as a part of a character.
func word(m *clip.Model, id int) string {
	text := strings.TrimSpace(m.Tokenizer.Decode([]int{id}))
	for _, r := range text {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return ""
		}
	}
	return text
}

// nearest returns the readable entries of the vocabulary whose embeddings are nearest
// to a token [D].
func nearest(m *clip.Model, token []float32) []rundir.Neighbour {
	type entry struct {
		id       int
		distance float64 // squared
	}
	words := m.Text.Token // [V, D]
	var entries []entry
	for id := range words.Rows() {
		if word(m, id) != "" {
			entries = append(entries, entry{id, dot(token, token) - 2*dot(token, words.Row(id)) + dot(words.Row(id), words.Row(id))})
		}
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.distance, b.distance) })
	var list []rundir.Neighbour
	for _, e := range entries[:min(neighbours, len(entries))] {
		row := words.Row(e.id)
		list = append(list, rundir.Neighbour{
			Token:    word(m, e.id),
			Distance: math.Sqrt(max(0, e.distance)),
			Cosine:   dot(token, row) / math.Sqrt(dot(token, token)*dot(row, row)),
		})
	}
	return list
}
