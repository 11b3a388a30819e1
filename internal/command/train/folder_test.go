package train

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdoor/data"
)

// A run without -out is named after what it learns from; no name leads elsewhere or
// is hidden.
func TestDefaultOut(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 48, 43, 0, time.UTC)
	for _, c := range []struct{ dataset, data, want string }{
		{"texshape@7", "texshape@7", "texshape@7"},
		{"eurosat,dtd", "eurosat", "sweep"},
		{"folder", "photos", "photos"},
		{"folder", "my photos", "my photos"},
		{"folder", ".photos", "photos-"},
		{"folder", `a:b*c`, "a_b_c-"},
		{"folder", "", "-"},
	} {
		o := &options{dataset: c.dataset}
		got := o.defaultOut(&data.Dataset{Name: c.data}, now)
		dir, base := filepath.Split(got)
		if dir != "runs"+string(filepath.Separator) || !strings.HasPrefix(base, c.want) || !strings.HasSuffix(base, "-20261125-094843") || strings.HasPrefix(base, ".") {
			t.Errorf("%s of %q goes to %s", c.dataset, c.data, got)
		}
	}
}
