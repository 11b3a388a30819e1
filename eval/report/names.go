package report

import (
	"strings"

	"frontdoor/method"
)

// registered returns the method that a text begins with, as in "cdc, M=2" or
// "maple (published)", and what stands behind it; nil if it begins with
// something else.
func registered(text string) (m *method.Method, rest string) {
	end := strings.IndexAny(text, " ,")
	if end < 0 {
		end = len(text)
	}
	return method.Find(text[:end]), text[end:]
}

// spelled writes the method that a text begins with as it was published, for
// figures and tables for people. The flag -method, CSV files and terminals keep
// the short names.
func spelled(text string) string {
	if m, rest := registered(text); m != nil {
		return m.Title + rest
	}
	return text
}

// spelledAll spells a list.
func spelledAll(list []string) []string {
	out := make([]string, len(list))
	for i, text := range list {
		out[i] = spelled(text)
	}
	return out
}

// methodCell returns a cell that begins with the name of a method.
func methodCell(text string) Cell {
	c := name(text)
	c.spelled = spelled(text)
	return c
}

// baseline says whether a method is one that the proposed ones are compared
// with.
func baseline(text string) bool {
	m, _ := registered(text)
	return m == nil || m.Baseline()
}

// ablated says whether a method is an ablation; they have figures of their own.
func ablated(text string) bool {
	m, _ := registered(text)
	return m != nil && m.Group == method.GroupAblations
}

// untrained says whether a method has nothing to train.
func untrained(text string) bool {
	m, _ := registered(text)
	return m != nil && !m.Trained()
}

// variantOf returns the name of the method that one is a variant of, and what
// it changes in words; "" for a method that is no variant.
func variantOf(text string) (of, what string) {
	if m, _ := registered(text); m != nil && m.Of != nil {
		return m.Of.Name, m.What
	}
	return "", ""
}

// styleOf is the style of a method in every figure, counted from 1: first come
// those with a place of their own, then the others in the order of method.All.
// 0 stands for what is no method.
func styleOf(text string) int {
	m := method.Find(text)
	if m == nil {
		return 0
	}
	if m.Style > 0 {
		return m.Style
	}
	place, styled := 0, 0
	for i, other := range method.All {
		if other.Style > 0 {
			styled++
		}
		if other == m {
			place = i + 1
		}
	}
	return styled + place
}
