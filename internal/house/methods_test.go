package house

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"frontdoor/method"
)

// Outside of package method no code knows a method by its name, but for the
// defaults and measurements of commands, the scripts of the report, and the
// figure that compares CDC's two sets of augmentations. Learners may call their
// own predictions so, and HEIF has a box of the name of CLAP.
func TestMethodsAreNamedInOnePlace(t *testing.T) {
	names := map[string]bool{}
	for _, m := range method.All {
		names[m.Name] = true
	}
	walk(t, func(path string) {
		for _, own := range []string{"method/", "internal/command/", "tools/", "prompt/", "cdc/", "internal/golden/", "eval/report/figures_cdc.go", "imaging/heif/"} {
			if strings.HasPrefix(path, own) {
				return
			}
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return
		}
		ast.Inspect(parse(t, path, 0), func(n ast.Node) bool {
			if tag, ok := n.(*ast.Field); ok && tag.Tag != nil {
				return false // of a JSON file
			}
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range strings.Split(text, ",") {
				if names[part] {
					t.Errorf("%s: %s names a method; ask its method.Method instead", path, lit.Value)
				}
			}
			return true
		})
	})
}
