package cli

import "strings"

// Nearest returns the name that a mistyped word most likely stands for, "" if
// none is near: the first one of fewest changes, of which a third of the word's
// length and one more are allowed, or else the first one that begins with the
// word.
func Nearest(word string, names []string) string {
	word = strings.ToLower(word)
	best, fewest := "", len([]rune(word))/3+2
	for _, name := range names {
		if d := changes(word, strings.ToLower(name)); d < fewest {
			best, fewest = name, d
		}
	}
	if best != "" || word == "" {
		return best
	}
	for _, name := range names {
		if strings.HasPrefix(name, word) {
			return name
		}
	}
	return ""
}

// changes returns how many letters must be put in, left out, replaced or
// exchanged with their neighbours to make b of a (optimal string alignment).
func changes(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			replaced := last[j-1]
			if x[i-1] != y[j-1] {
				replaced++
			}
			row[j] = min(last[j]+1, row[j-1]+1, replaced)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
