// Command compare decodes the files that tools/jpeg/generate.py made and counts
// those whose pixels are not Pillow's.
//
//	go run ./tools/jpeg/compare DIR
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/md5"
	"fmt"
	"os"
	"path/filepath"

	"frontdoor/imaging/jpeg"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: compare DIR")
		os.Exit(2)
	}
	different, err := compare(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || different > 0 {
		os.Exit(1)
	}
}

// compare reads DIR/expected.txt, prints what differs and a summary, and
// returns how many files differ.
func compare(dir string) (different int, err error) {
	index, err := os.ReadFile(filepath.Join(dir, "expected.txt"))
	if err != nil {
		return 0, err
	}
	equal, refused := 0, 0
	for line := range bytes.Lines(index) {
		part := bytes.SplitN(bytes.TrimRight(line, "\n"), []byte("\t"), 3)
		if len(part) != 3 {
			return different, fmt.Errorf("%s/expected.txt: bad line %q", dir, line)
		}
		name, size, want := string(part[0]), string(part[1]), string(part[2])
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return different, err
		}
		image, err := jpeg.Decode(context.Background(), data, 0)
		switch {
		case err != nil && size == "error":
			refused++
		case err == nil && size == fmt.Sprintf("%dx%d", image.W, image.H) && want == fmt.Sprintf("%x", md5.Sum(image.Pix)):
			equal++
		default:
			different++
			fmt.Printf("%s: Pillow %s %s, imaging/jpeg %v\n", name, size, want, err)
		}
	}
	out := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(out, "%d equal, %d refused by both, %d different\n", equal, refused, different)
	return different, out.Flush()
}
