package prompt

import (
	"strings"
	"testing"
)

// Where the learned tokens and the name stand.
func TestContextPrompts(t *testing.T) {
	m := realModel(t)
	name := m.Tokenizer.Encode("striped star")
	dot := m.Tokenizer.Encode("a.")[1]
	show := func(ids []int) string {
		var s strings.Builder
		for i := 0; i < len(ids); i++ {
			switch id := ids[i]; {
			case id < 0:
				s.WriteByte(byte('0' + ^id))
			case id == m.Tokenizer.SOT():
				s.WriteByte('<')
			case id == m.Tokenizer.EOT():
				s.WriteByte('>')
			case id == dot:
				s.WriteByte('.')
			case id == name[0]:
				s.WriteByte('n')
				i += len(name) - 1
			default:
				s.WriteByte('?')
			}
		}
		return s.String()
	}
	for _, c := range []struct {
		context Context
		want    string
	}{
		{Context{Words: "a photo of a"}, "<0123n.>"},
		{Context{Tokens: 4}, "<0123n.>"},
		{Context{Tokens: 5, Position: Middle}, "<01n234.>"},
		{Context{Tokens: 1, Position: Middle}, "<n0.>"},
		{Context{Tokens: 3, Position: Front}, "<n012.>"},
		{Context{Tokens: 2, PerClass: true, Position: Front}, "<n23.>"},
	} {
		n := c.context.Tokens
		if c.context.Words != "" {
			n = len(m.Tokenizer.Encode(c.context.Words))
		}
		rows, err := c.context.prompts(m, []string{"cat", "striped_star"}, n)
		if err != nil {
			t.Fatal(err)
		}
		if got := show(rows[1]); got != c.want {
			t.Errorf("%+v: %s, want %s", c.context, got, c.want)
		}
	}
}
