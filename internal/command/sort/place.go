package sort

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"frontdoor"
	"frontdoor/internal/atomicfile"
	"frontdoor/internal/lockfile"
	"frontdoor/internal/safefile"
)

// stateFolder holds what the program itself needs in the folder that it sorts
// into: a lock, whose classes these are, and files while they are copied.
const stateFolder = ".frontdoor"

// destination is the folder to sort into.
type destination struct {
	dir     string
	link    bool
	folders map[string]string // by class

	file    *os.File // nil if nothing is to be done
	journal *csv.Writer
}

// maxOwner bounds the file of the owner: a thousand classes have some ten
// kilobytes.
const maxOwner = 64 << 20

// owner says which run a folder is sorted by.
type owner struct {
	Fingerprint, Method string
	Seed                uint64
	Classes             []string
}

// open takes hold of the folder -into.
func (o *options) open(c *frontdoor.Classifier) (*destination, error) {
	dir, err := filepath.Abs(o.into)
	if err != nil {
		return nil, err
	}
	d := &destination{dir: dir, link: o.link, folders: folderNames(c.Classes())}
	if err := d.checkOwner(c, o.apply); err != nil || !o.apply {
		return d, err
	}
	if err := lockfile.Acquire(filepath.Join(dir, stateFolder, "lock")); err != nil {
		return nil, err
	}
	if d.file, d.journal, err = openJournal(dir); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// close lets go of the folder.
func (d *destination) close() error {
	if d.journal == nil && d.file == nil {
		return nil
	}
	return errors.Join(d.sync(), d.file.Close(), lockfile.Release(filepath.Join(d.dir, stateFolder, "lock")))
}

// checkOwner refuses a folder that was sorted by another run, whose classes would
// be mixed with these; with claim set it makes the folder this run's.
func (d *destination) checkOwner(c *frontdoor.Classifier, claim bool) error {
	info := c.Info()
	now, err := json.Marshal(owner{info.Fingerprint, info.Method, info.Seed, c.Classes()})
	if err != nil {
		return err
	}
	path := filepath.Join(d.dir, stateFolder, "sort.json")
	was, err := safefile.Read(path, maxOwner)
	switch {
	case err == nil && !bytes.Equal(was, now):
		return fmt.Errorf("%s was sorted by another run, method or seed; name another folder with -into", d.dir)
	case err == nil || errors.Is(err, fs.ErrNotExist) && !claim:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return atomicfile.WriteBytes(path, now)
}

// folderNames gives each class a folder: its name without what some system does
// not allow in one, and a number where two classes would share it.
func folderNames(classes []string) map[string]string {
	taken := map[string]bool{unsureFolder: true, unfamiliarFolder: true}
	names := map[string]string{}
	for _, class := range classes {
		base := strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
				return '_'
			}
			return r
		}, class)
		if base = strings.TrimRight(strings.TrimSpace(base), ". "); base == "" || base[0] == '.' {
			base = "_" + base
		}
		name := base
		for n := 2; taken[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s %d", base, n)
		}
		taken[strings.ToLower(name)] = true
		names[class] = name
	}
	return names
}

// mostSame is how many files of one name a folder takes.
const mostSame = 100000

// place puts a photograph into a folder, under its own name or, where another
// file has that, with a number behind it, and returns where it is. One that is
// there already, from a pass that was interrupted, stays.
func (d *destination) place(f photo, folder string) (string, error) {
	dir := filepath.Join(d.dir, folder)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	source, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return "", err
	}
	base := filepath.Base(f.path)
	end := filepath.Ext(base)
	for n := 1; n <= mostSame; n++ {
		path := filepath.Join(dir, base)
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(base, end), n, end))
		}
		if d.link {
			err = os.Link(source, path)
		} else {
			err = d.copy(source, path)
		}
		switch {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrExist) && d.link:
			return "", fmt.Errorf("%w (a hard link stays within one file system; leave -link away to copy)", err)
		case !errors.Is(err, fs.ErrExist):
			return "", err
		}
		if same, err := sameFile(source, path); err != nil || same {
			return path, err
		}
	}
	return "", fmt.Errorf("%s holds %d files named %s", dir, mostSame, base)
}

// copy copies a file to a path where nothing is.
func (d *destination) copy(source, path string) error {
	in, _, err := safefile.Open(source) // not the pipe that may have taken its place
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	return d.create(path, info.Mode().Perm(), info.ModTime(), in)
}

// create makes a file at a path where nothing is: first beside, so that what has
// the name is complete.
func (d *destination) create(path string, mode fs.FileMode, modified time.Time, content io.Reader) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist // saves the work; the link below decides
	}
	beside := filepath.Join(d.dir, stateFolder, "copy")
	os.Remove(beside) // which a killed process may have left
	out, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer os.Remove(beside)
	_, err = io.Copy(out, content)
	if err = errors.Join(err, out.Close(), os.Chtimes(beside, modified, modified)); err != nil {
		return err
	}
	err = os.Link(beside, path) // fails where the name is taken
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// The file system has no links: take the name, then put the file in its place.
	claim, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(claim.Close(), os.Rename(beside, path))
}

// sameFile says whether two paths are one file, or hold the same bytes.
func sameFile(a, b string) (bool, error) {
	x, err := os.Stat(a)
	if err != nil {
		return false, err
	}
	y, err := os.Stat(b)
	if err != nil {
		return false, err
	}
	if os.SameFile(x, y) || x.Size() != y.Size() || !y.Mode().IsRegular() {
		return os.SameFile(x, y), nil
	}
	return sameBytes(a, b)
}

// sameBytes compares two files of one size.
func sameBytes(a, b string) (bool, error) {
	x, _, err := safefile.Open(a)
	if err != nil {
		return false, err
	}
	defer x.Close()
	y, _, err := safefile.Open(b)
	if err != nil {
		return false, err
	}
	defer y.Close()
	p, q := make([]byte, 1<<16), make([]byte, 1<<16)
	for {
		n, err := io.ReadFull(x, p)
		m, other := io.ReadFull(y, q)
		if !bytes.Equal(p[:n], q[:m]) {
			return false, nil
		}
		ended := func(err error) bool { return slices.Contains([]error{io.EOF, io.ErrUnexpectedEOF}, err) }
		switch {
		case ended(err) || ended(other):
			return ended(err) && ended(other), nil
		case err != nil || other != nil:
			return false, errors.Join(err, other)
		}
	}
}
