package bpe

import (
	"iter"
	"strings"
)

// CountWords cleans and splits each text as Encode does, and returns how often
// each word occurs. It is the corpus that LearnMerges learns from.
func CountWords(texts iter.Seq[string]) map[string]int {
	counts := make(map[string]int)
	for text := range texts {
		rest := clean(text)
		for {
			var word string
			word, rest = nextWord(rest)
			if word == "" {
				break
			}
			counts[word]++
		}
	}
	return counts
}

// LearnMerges learns a table of at most maxMerges merges from the words of a
// corpus and their counts: it merges the adjacent pair of symbols that occurs
// most often, again and again, until there are maxMerges merges or every word
// is one symbol. Among pairs that occur equally often the one that sorts first
// is taken, so the table depends on the counts alone. Words with a count of 0
// or less, and the literals of the start and end of text, are passed over.
//
// All pairs are counted anew for each merge, which is quick for the captions
// of a small model; it is not meant for gigabytes of text.
func LearnMerges(corpus map[string]int, maxMerges int) []string {
	_, written := byteOrder()
	var words []countedWord
	for word, count := range corpus {
		if word == "" || count <= 0 || word == startOfText || word == endOfText {
			continue
		}
		symbols := spelled(word, &written)
		symbols[len(symbols)-1] += wordEnd
		words = append(words, countedWord{symbols, count})
	}
	var merges []string
	for len(merges) < maxMerges {
		pair, ok := commonest(words)
		if !ok {
			break
		}
		merges = append(merges, pair[0]+" "+pair[1])
		for i := range words {
			words[i].symbols = joinPair(words[i].symbols, pair)
		}
	}
	return merges
}

// countedWord is a word as symbols, and how often it occurs.
type countedWord struct {
	symbols []string
	count   int
}

// commonest returns the adjacent pair that occurs most often.
func commonest(words []countedWord) (best [2]string, found bool) {
	counts := make(map[[2]string]int)
	for _, w := range words {
		for i := 0; i+1 < len(w.symbols); i++ {
			counts[[2]string{w.symbols[i], w.symbols[i+1]}] += w.count
		}
	}
	most := 0
	for pair, count := range counts {
		if count > most || count == most && before(pair, best) {
			best, most, found = pair, count, true
		}
	}
	return best, found
}

// before says whether pair a sorts before pair b.
func before(a, b [2]string) bool {
	if c := strings.Compare(a[0], b[0]); c != 0 {
		return c < 0
	}
	return a[1] < b[1]
}

// joinPair joins, in place and from left to right, each occurrence of the pair.
func joinPair(symbols []string, pair [2]string) []string {
	n := 0
	for i := 0; i < len(symbols); i++ {
		if i+1 < len(symbols) && symbols[i] == pair[0] && symbols[i+1] == pair[1] {
			symbols[n] = pair[0] + pair[1]
			i++
		} else {
			symbols[n] = symbols[i]
		}
		n++
	}
	return symbols[:n]
}
