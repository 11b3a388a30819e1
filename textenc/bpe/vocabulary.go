package bpe

import (
	"fmt"
	"strings"
	"sync"
)

// vocabulary turns a word into ids by byte-pair encoding (Sennrich et al., 2016).
// Symbols are ids throughout; the strings are needed only to build the table
// and to decode.
type vocabulary struct {
	merges  []string         // "left right", in order of rank
	symbols []string         // id -> symbol
	byteID  [256]int         // byte -> id; the same byte at a word's end is 256 more
	rules   map[[2]int]rule  // adjacent ids -> what they become
	bytes   map[rune]byte    // written character -> byte
	special map[string]int   // literal -> id
	mu      sync.RWMutex     // guards cache
	cache   map[string][]int // word -> ids; the slices are never changed
}

// rule is one merge: pairs of lower rank are merged first.
type rule struct{ rank, id int }

// The cache is emptied when it is full, and holds no monstrous words, so that
// it stays small whatever the texts are.
const (
	cacheWords    = 1 << 15
	cacheWordSize = 64
)

// newVocabulary builds the vocabulary: 256 bytes, 256 bytes at a word's end, a symbol
// for each merge, and then the special literals.
func newVocabulary(merges []string, specials []string) (*vocabulary, error) {
	b := &vocabulary{
		merges:  append([]string(nil), merges...),
		rules:   make(map[[2]int]rule, len(merges)),
		bytes:   make(map[rune]byte, 256),
		special: make(map[string]int, len(specials)),
		cache:   make(map[string][]int),
	}
	ids := b.addBytes(len(merges))
	for rank, merge := range merges {
		if err := b.addMerge(rank, merge, ids); err != nil {
			return nil, err
		}
	}
	for _, literal := range specials {
		b.special[literal] = len(b.symbols)
		b.symbols = append(b.symbols, literal)
	}
	return b, nil
}

// addBytes enters the first 512 symbols and returns the map from symbol to id.
func (b *vocabulary) addBytes(merges int) map[string]int {
	order, written := byteOrder()
	ids := make(map[string]int, 512+merges)
	for _, end := range []string{"", wordEnd} {
		for _, c := range order {
			symbol := string(written[c]) + end
			if end == "" {
				b.byteID[c] = len(b.symbols)
				b.bytes[written[c]] = c
			}
			ids[symbol] = len(b.symbols)
			b.symbols = append(b.symbols, symbol)
		}
	}
	return ids
}

// addMerge enters the merge of the given rank.
func (b *vocabulary) addMerge(rank int, merge string, ids map[string]int) error {
	left, right, ok := strings.Cut(merge, " ")
	if !ok || left == "" || right == "" {
		return fmt.Errorf("merge %d is %.60q; want two symbols with one space between them", rank+1, merge)
	}
	leftID, ok := ids[left]
	if !ok {
		return fmt.Errorf("merge %d (%.60q) uses %.40q, which is neither a byte nor made by a merge before it", rank+1, merge, left)
	}
	rightID, ok := ids[right]
	if !ok {
		return fmt.Errorf("merge %d (%.60q) uses %.40q, which is neither a byte nor made by a merge before it", rank+1, merge, right)
	}
	pair := [2]int{leftID, rightID}
	if _, ok := b.rules[pair]; ok {
		return fmt.Errorf("merge %d (%.60q) is there twice", rank+1, merge)
	}
	symbol := left + right
	// Two merges can make the same symbol ("a bc" and "ab c"). It keeps its
	// first id, which later merges are looked up by.
	id, ok := ids[symbol]
	if !ok {
		id = len(b.symbols)
		ids[symbol] = id
	}
	b.symbols = append(b.symbols, symbol)
	b.rules[pair] = rule{rank, id}
	return nil
}

// encode returns the ids of one word, which the caller must not change.
func (b *vocabulary) encode(word string) []int {
	b.mu.RLock()
	ids, ok := b.cache[word]
	b.mu.RUnlock()
	if ok {
		return ids
	}
	ids = b.merge(word)
	if len(word) <= cacheWordSize {
		b.mu.Lock()
		if len(b.cache) >= cacheWords {
			clear(b.cache)
		}
		// A substring would keep the whole text alive.
		b.cache[strings.Clone(word)] = ids
		b.mu.Unlock()
	}
	return ids
}

// merge spells the word in bytes, and then merges, again and again, all
// occurrences of the adjacent pair of lowest rank, until no pair has a rule.
func (b *vocabulary) merge(word string) []int {
	if word == "" {
		return nil
	}
	if id, ok := b.special[word]; ok {
		return []int{id}
	}
	ids := make([]int, len(word))
	for i := range len(word) {
		ids[i] = b.byteID[word[i]]
	}
	ids[len(ids)-1] += 256 // the last one ends the word
	for {
		pair, best, ok := b.lowest(ids)
		if !ok {
			return ids
		}
		ids = replacePair(ids, pair, best.id)
	}
}

// lowest returns the adjacent pair of lowest rank, if any has a rule.
func (b *vocabulary) lowest(ids []int) (pair [2]int, best rule, found bool) {
	for i := 0; i+1 < len(ids); i++ {
		p := [2]int{ids[i], ids[i+1]}
		if r, ok := b.rules[p]; ok && (!found || r.rank < best.rank) {
			pair, best, found = p, r, true
		}
	}
	return pair, best, found
}

// replacePair replaces, in place and from left to right, each occurrence of
// the pair by id.
func replacePair(ids []int, pair [2]int, id int) []int {
	n := 0
	for i := 0; i < len(ids); i++ {
		if i+1 < len(ids) && ids[i] == pair[0] && ids[i+1] == pair[1] {
			ids[n] = id
			i++
		} else {
			ids[n] = ids[i]
		}
		n++
	}
	return ids[:n]
}
