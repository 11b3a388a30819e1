package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"frontdoor/internal/safefile"
)

// check returns an error unless the file at path is what is wanted, as far as
// that is known.
func check(ctx context.Context, path string, w Want) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if w.Size > 0 && info.Size() != w.Size {
		return fmt.Errorf("it has %d bytes, want %d", info.Size(), w.Size)
	}
	if info.Size() == 0 {
		return errors.New("it is empty")
	}
	if w.SHA256 == "" {
		return nil
	}
	have, err := Sum(ctx, path)
	if err == nil && !strings.EqualFold(have, w.SHA256) {
		err = fmt.Errorf("its SHA-256 is %s, want %s", have, w.SHA256)
	}
	return err
}

// Sum returns the SHA-256 of the regular file at path in hexadecimal, or the
// error of ctx as soon as that ends.
func Sum(ctx context.Context, path string) (string, error) {
	file, _, err := safefile.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	h, buffer := sha256.New(), make([]byte, 1<<20)
	for {
		n, err := file.Read(buffer)
		h.Write(buffer[:n])
		switch {
		case err == io.EOF:
			return hex.EncodeToString(h.Sum(nil)), nil
		case err != nil:
			return "", err
		case ctx.Err() != nil:
			return "", ctx.Err()
		}
	}
}

// errWebPage says that what came is no file.
var errWebPage = final("the server sent a web page and not the file; open the address in a browser and save the file by hand")

// pageType says whether a Content-Type is that of a web page, or cannot be read
// but begins like one.
func pageType(kind string) bool {
	kind = strings.ToLower(kind)
	return strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "application/xhtml")
}

// pageHead is how much of a file shows that it is a web page.
const pageHead = 4096

// webPage says whether the file holds a web page, in UTF-8 or UTF-16.
func webPage(file io.ReaderAt) bool {
	head := make([]byte, pageHead)
	n, _ := file.ReadAt(head, 0) // what cannot be read is none
	head = head[:n]
	for _, mark := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		head = bytes.TrimPrefix(head, []byte(mark))
	}
	head = bytes.TrimSpace(bytes.ReplaceAll(head, []byte{0}, nil))
	kind := http.DetectContentType(head)
	return pageType(kind) || strings.HasPrefix(kind, "text/xml") && bytes.Contains(bytes.ToLower(head), []byte("<html"))
}
