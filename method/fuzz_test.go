package method

import (
	"bytes"
	"testing"

	"frontdoor/clip"
	"frontdoor/nn"
	"frontdoor/weights"
)

// FuzzOriginal reads any file as a checkpoint of published code. What is
// accepted takes classes, or says why not, and is finite.
func FuzzOriginal(f *testing.F) {
	m, err := clip.Tiny()
	if err != nil {
		f.Fatal(err)
	}
	for _, method := range All {
		if method.Original == nil || method.Original.Open == nil || method.Of != nil {
			continue
		}
		l, err := method.New(m, "a photo of a {}.", method.Recipe(m, BaseToNew, Settings{}), 1)
		if err == nil {
			err = l.SetClasses(testClasses)
		}
		if err != nil {
			f.Fatal(err)
		}
		// The same tensors in both formats: one that mutations get through, and
		// that of the published files.
		plain, err := weights.Marshal(method.Export(l), nil)
		if err != nil {
			f.Fatal(err)
		}
		var published bytes.Buffer
		if err := weights.EncodeTorch(&published, method.Export(l), 5); err != nil {
			f.Fatal(err)
		}
		if len(plain) < 1<<16 {
			f.Add(plain)
			f.Add(published.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := weights.Parse(data, "checkpoint")
		if err != nil {
			return
		}
		l, _, _, err := readOriginal(m, file)
		if err == nil {
			if name, found := nn.NotFinite(l.Params()); found {
				t.Errorf("%q is not finite", name)
			}
			err = l.SetClasses(testClasses)
		}
		if err != nil && len(err.Error()) > 500 {
			t.Errorf("the message %q", err)
		}
	})
}
