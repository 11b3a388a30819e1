package files

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// streamed is how many names of a folder are read at once.
const streamed = 256

// Stream hands on the files below a folder one by one, in the order in which the
// system lists them, so that memory does not grow with their number. What is
// hidden, what systems keep beside images, links to folders, and the folder
// apart, which may be nil, are passed over. An error of use ends it.
func Stream(ctx context.Context, root string, apart os.FileInfo, use func(path string) error) error {
	dir, err := os.Open(root)
	if err != nil {
		return err
	}
	defer dir.Close()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		entries, err := dir.ReadDir(streamed)
		for _, e := range entries {
			path := filepath.Join(root, e.Name())
			switch {
			case e.IsDir():
				info, err := e.Info()
				if ownFolder(e.Name()) != "" || err != nil || apart != nil && os.SameFile(info, apart) {
					continue // gone, or not asked for
				}
				if err := Stream(ctx, path, apart, use); err != nil {
					return err
				}
			case !ownFile(e.Name()):
				if err := use(path); err != nil {
					return err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
