package rundir

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/safefile"
	"frontdoor/internal/term"
)

// classColumn begins the name of the column with the probability of a class.
const classColumn = "p: "

// What a file of predictions may hold when it is unpacked, and a line of it, in
// bytes.
const (
	maxPredictions    = 4 << 30
	maxPredictionLine = 16 << 20
)

// lines is a reader whose lines are not too long for csv.Reader, which reads a
// line whole.
type lines struct {
	io.Reader
	line int // bytes of the line so far
}

func (l *lines) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if end := bytes.LastIndexByte(p[:n], '\n'); end >= 0 {
		l.line = n - end
	} else {
		l.line += n
	}
	if l.line > maxPredictionLine {
		return n, fmt.Errorf("a line has more than %d bytes", maxPredictionLine)
	}
	return n, err
}

// predictionWriter writes predictions as packed CSV. The same predictions give
// the same bytes: there is no time in the file.
type predictionWriter struct {
	packed *gzip.Writer
	lines  *csv.Writer
	column map[string]int // of a class
	record []string
}

func newPredictionWriter(w io.Writer, classes []string) (*predictionWriter, error) {
	p := &predictionWriter{packed: gzip.NewWriter(w), column: map[string]int{}}
	p.lines = csv.NewWriter(p.packed)
	header := slices.Concat(placeColumns, SignalNames[:])
	for _, name := range classes {
		p.column[name] = len(header)
		header = append(header, classColumn+term.Clean(name))
	}
	p.record = make([]string, len(header))
	return p, p.lines.Write(header)
}

func (w *predictionWriter) write(p *Prediction) error {
	clear(w.record)
	n := copy(w.record, p.place())
	for i, v := range p.Signals {
		w.record[n+i] = short(v, 64)
	}
	for i, name := range p.Classes {
		w.record[w.column[name]] = short(float64(p.Probabilities[i]), 32)
	}
	return w.lines.Write(w.record)
}

func (w *predictionWriter) close() error {
	w.lines.Flush()
	return errors.Join(w.lines.Error(), w.packed.Close())
}

// predictionReader reads what predictionWriter writes.
type predictionReader struct {
	file    io.Closer
	lines   *csv.Reader
	classes []string
	known   map[string]bool // the classes
	path    string
}

func openPredictions(dir, name string) (*predictionReader, error) {
	file, err := safefile.Dir(dir).Open(name)
	if err != nil {
		return nil, err
	}
	r := &predictionReader{file: file, path: filepath.Join(dir, name)}
	unpacked, err := gzip.NewReader(file)
	if err == nil {
		r.lines = csv.NewReader(&lines{Reader: io.LimitReader(unpacked, maxPredictions)})
		err = r.header()
	}
	if err != nil {
		return nil, errors.Join(r.damaged(err), file.Close())
	}
	return r, nil
}

// header reads the names of the columns.
func (r *predictionReader) header() error {
	header, err := r.lines.Read()
	if err != nil {
		return err
	}
	fixed := slices.Concat(placeColumns, SignalNames[:])
	if len(header) < len(fixed) || !slices.Equal(header[:len(fixed)], fixed) {
		return fmt.Errorf("its columns are not those of predictions")
	}
	for _, c := range header[len(fixed):] {
		name, ok := strings.CutPrefix(c, classColumn)
		if !ok {
			return fmt.Errorf("its column %.60q is no class", c)
		}
		r.classes = append(r.classes, name)
	}
	r.known = map[string]bool{}
	for _, name := range r.classes {
		r.known[name] = true
	}
	return words("classes", r.classes)
}

func (r *predictionReader) damaged(err error) error {
	return fmt.Errorf("%s is damaged: %w", r.path, err)
}

// next reads a line.
func (r *predictionReader) next() (*Prediction, error) {
	record, err := r.lines.Read()
	if err != nil {
		return nil, err
	}
	text := func(i int) string { return term.Uncell(record[i]) }
	p := &Prediction{Dataset: text(5), Test: text(6), Image: text(7), Label: text(8), Predicted: text(9)}
	p.Cell = Cell{Dataset: text(4), Method: text(0)}
	var errs [3]error
	p.Cell.Seed, errs[0] = strconv.ParseUint(record[1], 10, 64)
	p.Cell.Shots, errs[1] = strconv.Atoi(record[2])
	p.Cell.M, errs[2] = strconv.Atoi(record[3])
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	if err := words("predictions", []string{p.Cell.Method, p.Cell.Dataset, p.Dataset, p.Test, p.Label, p.Predicted}); err != nil {
		return nil, err
	}
	if !r.known[p.Label] || !r.known[p.Predicted] {
		return nil, fmt.Errorf("no column is about %.60q or %.60q", p.Label, p.Predicted)
	}
	n := len(placeColumns)
	for i := range p.Signals {
		if p.Signals[i], err = measured(record[n+i], 64); err != nil {
			return nil, err
		}
	}
	for i, c := range record[n+len(p.Signals):] {
		v, err := measured(c, 32)
		if err != nil || v < 0 || v > 1.0001 {
			return nil, fmt.Errorf("a probability of %.20q", c)
		}
		if c != "" {
			p.Classes, p.Probabilities = append(p.Classes, r.classes[i]), append(p.Probabilities, float32(v))
		}
	}
	return p, nil
}

// measured reads a finite number, or NaN where there is none.
func measured(text string, bits int) (float64, error) {
	if text == "" {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(text, bits)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		err = fmt.Errorf("a number is %s", text)
	}
	return v, err
}

// predictionsIn reads a file of predictions, up to the first error.
func predictionsIn(dir, name string) iter.Seq2[*Prediction, error] {
	return func(yield func(*Prediction, error) bool) {
		r, err := openPredictions(dir, name)
		if err != nil {
			yield(nil, err)
			return
		}
		defer r.file.Close()
		for {
			p, err := r.next()
			switch {
			case err == io.EOF:
				return
			case err != nil:
				yield(nil, r.damaged(err))
				return
			case !yield(p, nil):
				return
			}
		}
	}
}

// classesIn returns the classes that a file of predictions has columns for.
func classesIn(dir, name string) ([]string, error) {
	r, err := openPredictions(dir, name)
	if err != nil {
		return nil, err
	}
	return r.classes, r.file.Close()
}

// ReadPredictions reads predictions.csv.gz of the run folder at path, up to the
// first error. A run that has none, as those of older versions, gives nothing.
func ReadPredictions(path string) iter.Seq2[*Prediction, error] {
	return func(yield func(*Prediction, error) bool) {
		for p, err := range predictionsIn(path, PredictionsFile) {
			if errors.Is(err, fs.ErrNotExist) || !yield(p, err) {
				return
			}
		}
	}
}
