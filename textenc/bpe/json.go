package bpe

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"frontdoor/internal/exactjson"
)

// tokenizerFile is the part of Hugging Face's tokenizer.json that matters. The
// rest describes how texts are cleaned and split, which is done here as CLIP
// itself does it.
type tokenizerFile struct {
	Added []struct {
		ID      int    `json:"id"`
		Content string `json:"content"`
	} `json:"added_tokens"`
	Model *struct {
		Type   string            `json:"type"`
		End    string            `json:"end_of_word_suffix"`
		Vocab  map[string]int    `json:"vocab"`
		Merges []json.RawMessage `json:"merges"`
	} `json:"model"`
}

// parseJSON reads tokenizer.json, or vocab.json with merges.txt in its folder.
func parseJSON(text []byte, dir string) (*Tokenizer, error) {
	var file tokenizerFile
	err := exactjson.Unmarshal(text, &file)
	if err != nil || file.Model == nil {
		var ids map[string]int
		if exactjson.Unmarshal(text, &ids) == nil && len(ids) >= 512 {
			return withVocabulary(ids, dir)
		}
		if err != nil {
			return nil, fmt.Errorf("it is JSON, but neither a tokenizer.json nor a vocab.json: %w", err)
		}
		return nil, errors.New("it is JSON, but neither a tokenizer.json nor a vocab.json")
	}
	m := file.Model
	if m.Type != "" && m.Type != "BPE" || m.End != wordEnd {
		return nil, fmt.Errorf("its model is of type %q with %q at the end of words; CLIP's is \"BPE\" with %q", m.Type, m.End, wordEnd)
	}
	merges := make([]string, len(m.Merges))
	for i, raw := range m.Merges {
		var err error
		if merges[i], err = mergeOf(raw); err != nil {
			return nil, fmt.Errorf("merge %d: %w", i+1, err)
		}
	}
	t, err := fromMerges(merges)
	if err != nil {
		return nil, err
	}
	if m.Vocab == nil {
		m.Vocab = make(map[string]int)
	}
	for _, token := range file.Added { // the specials, in some versions only here
		m.Vocab[token.Content] = token.ID
	}
	return t, t.agrees(m.Vocab, "its vocab")
}

// mergeOf reads "left right" or ["left", "right"].
func mergeOf(raw json.RawMessage) (string, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text, nil
	}
	var pair []string
	if json.Unmarshal(raw, &pair) == nil && len(pair) == 2 {
		return strings.Join(pair, " "), nil
	}
	return "", fmt.Errorf("%.60s is neither a text nor a pair of texts", raw)
}

// withVocabulary reads the merges that belong to a vocab.json.
func withVocabulary(ids map[string]int, dir string) (*Tokenizer, error) {
	text, err := readVocabulary(filepath.Join(dir, "merges.txt"))
	if err != nil {
		return nil, fmt.Errorf("a vocab.json needs merges.txt beside it: %w", err)
	}
	merges, err := parseMerges(text)
	if err != nil {
		return nil, fmt.Errorf("merges.txt beside it: %w", err)
	}
	t, err := fromMerges(merges)
	if err != nil {
		return nil, fmt.Errorf("merges.txt beside it: %w", err)
	}
	return t, t.agrees(ids, "it")
}

// agrees returns an error unless the table gives each symbol the id that it
// has here: ids follow from the merges, and a table that differs belongs to
// another tokenizer.
func (t *Tokenizer) agrees(ids map[string]int, table string) error {
	for id, symbol := range t.vocab.symbols {
		switch have, ok := ids[symbol]; {
		case !ok:
			return fmt.Errorf("%s lacks the symbol %.60q, which is number %d by the merges", table, symbol, id)
		case have != id:
			return fmt.Errorf("%s gives the symbol %.60q the number %d, by the merges it is %d", table, symbol, have, id)
		}
	}
	if len(ids) != len(t.vocab.symbols) {
		return fmt.Errorf("%s has %d symbols, by the merges there are %d", table, len(ids), len(t.vocab.symbols))
	}
	return nil
}
