package train

import (
	"context"
	"fmt"
	"os"

	"frontdoor/internal/cli"
	"frontdoor/internal/inspect"
	"frontdoor/internal/term"
)

// checkData compares published datasets below a data root with what was
// published, as the command check does.
func (o *options) checkData(ctx context.Context) error {
	if o.data == "" {
		return cli.Usagef("-check needs -data DIR, the folder that holds caltech-101 and so on")
	}
	findings, err := inspect.Published(ctx, split(o.dataset), inspect.Options{Data: o.data, Quick: o.quick,
		Progress: func(label string) (func(done, total int), func()) { return term.Counter(os.Stderr, label) }})
	if err != nil {
		return err
	}
	if err := findings.Print(stdout, stderr, "train", o.data); err != nil {
		return fmt.Errorf("-check: %w", err)
	}
	return nil
}
