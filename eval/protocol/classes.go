package protocol

import (
	"fmt"
	"strings"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/setting"
	"frontdoor/prompt"
)

// CheckClasses returns an error that names the first class whose caption does
// not fit into the model's context, before anything has been done for it.
func CheckClasses(m *clip.Model, ds *data.Dataset) error {
	if err := (rundir.Set{Name: ds.Name, Classes: ds.Classes}).Check(); err != nil {
		return fmt.Errorf("the dataset %.60q makes no run: %w", ds.Name, err)
	}
	for _, name := range ds.Classes {
		if strings.TrimSpace(name) == "" {
			return fmt.Errorf("a class of %s has an empty name: name it in classes.txt", ds.Name)
		}
		ids, err := m.Tokenizer.Tokenize(prompt.Fill(ds.Template, name), m.Config.Text.Context, true)
		if err != nil {
			return err
		}
		full := len(m.Tokenizer.Encode(prompt.Fill(ds.Template, name))) + 2
		if full > len(ids) {
			return setting.Errorf("the name of class %q is too long: its caption takes %d tokens, this model reads %d; take a {model} that reads more, or give it a shorter name in classes.txt if the images are your own",
				name, full, m.Config.Text.Context)
		}
	}
	return nil
}
