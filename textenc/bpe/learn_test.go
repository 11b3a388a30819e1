package bpe

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLearnMergesByHand(t *testing.T) {
	// Pairs: "l o" 7, "o w</w>" 5, "o w" 2, "w e" 8, "e s" 6, "e r</w>" 2,
	// "n e" 6, "e w" 6, "s t</w>" 6.
	corpus := map[string]int{"low": 5, "lower": 2, "newest": 6}
	want := []string{
		"w e",         // 8
		"l o",         // 7
		"e we",        // 6, as "n e", "we s" and "s t</w>", and first in order
		"ewe s",       // 6, as "n ewe", "s t</w>"
		"ewes t</w>",  // 6, as "n ewes"
		"n ewest</w>", // 6
		"lo w</w>",    // 5
		"lo we",       // 2, as "we r</w>"
		"lowe r</w>",  // 2
	}
	if diff := cmp.Diff(want, LearnMerges(corpus, 100)); diff != "" {
		t.Error(diff)
	}
	for n := range len(want) {
		if diff := cmp.Diff(want[:n], append([]string{}, LearnMerges(corpus, n)...)); diff != "" {
			t.Errorf("%d merges: %s", n, diff)
		}
	}
}

func TestLearnMergesOfRepeats(t *testing.T) {
	// "aaaa" has the pair "a a" twice, which overlap once.
	if diff := cmp.Diff([]string{"a a", "a a</w>", "aa aa</w>"}, LearnMerges(map[string]int{"aaaa": 1}, 9)); diff != "" {
		t.Error(diff)
	}
}

func TestLearnMergesOfNothing(t *testing.T) {
	for _, corpus := range []map[string]int{nil, {"": 3}, {"a": 3}, {"ab": 0, "cd": -1}, {startOfText: 5}} {
		if got := LearnMerges(corpus, 10); len(got) != 0 {
			t.Errorf("%v: learned %q", corpus, got)
		}
	}
	if got := LearnMerges(map[string]int{"ab": 1}, -1); len(got) != 0 {
		t.Errorf("fewer than no merges: %q", got)
	}
}

func TestEveryCaptionWordBecomesOneToken(t *testing.T) {
	captions := []string{
		"a photo of a red striped circle.",
		"a photo of a blue dotted triangle, on sand.",
		"it's a naïve café; 日本語!! \u2014 <|endoftext|>",
	}
	counts := CountWords(slices.Values(captions))
	if counts["a"] != 5 || counts["photo"] != 2 || counts["."] != 2 || counts["'s"] != 1 {
		t.Errorf("counts %v", counts)
	}
	merges := LearnMerges(counts, 10_000)
	tok, err := New(merges)
	if err != nil {
		t.Fatal(err)
	}
	for word := range counts {
		if ids := tok.Encode(word); len(ids) != 1 {
			t.Errorf("%q takes %d tokens", word, len(ids))
		}
	}
	for range 5 { // maps are walked in another order each time
		if !slices.Equal(merges, LearnMerges(counts, 10_000)) {
			t.Fatal("the table differs from run to run")
		}
	}
}
