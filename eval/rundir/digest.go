package rundir

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"frontdoor/internal/safefile"
)

// CheckDigest returns an error if the folder dir refers to its model by a digest,
// and the file is another.
func (c *Config) CheckDigest(dir, file string) error {
	if c.ModelDigest == "" {
		return nil
	}
	digest, err := FileDigest(file)
	if err != nil || digest == c.ModelDigest {
		return err
	}
	return fmt.Errorf("%s was %w: the file %s has SHA-256 %s, want %s", dir, ErrModelChanged, file, digest, c.ModelDigest)
}

// FileDigest returns the SHA-256 of a regular file in hexadecimal digits.
func FileDigest(path string) (string, error) {
	f, _, err := safefile.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
