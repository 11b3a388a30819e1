package files

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sort"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"frontdoor/internal/safefile"
)

// A column of a row group is a sequence of pages, about a megabyte each. The
// library can find the page of a row only by unpacking those before it, unless
// the file has an index, which few have. So the headers of the pages are read
// once, and one page when one of its images is opened.

// page is a data page of a column.
type page struct {
	offset, at   int64 // of its header and of its bytes
	packed, size int64 // its bytes as stored and unpacked
	levels       int64 // of these, how many come first and are never packed
	plain        bool  // nothing is packed
	first, rows  int64 // in the row group
	data         int64 // offset of the first data page of the column
}

// chunk is where a column of a row group lies.
func (t *table) chunk(group, column int) *format.ColumnMetaData {
	return &t.file.Metadata().RowGroups[group].Columns[column].MetaData
}

// pages reads the headers of the data pages of a column of a row group.
func (t *table) pages(f io.ReaderAt, group, column int) ([]page, error) {
	m := t.chunk(group, column)
	begin := m.DataPageOffset
	if d := m.DictionaryPageOffset; d > 0 && d < begin {
		begin = d
	}
	end := begin + m.TotalCompressedSize
	rows := t.file.Metadata().RowGroups[group].NumRows
	switch {
	case begin < 0 || m.TotalCompressedSize < 0 || end > t.file.Size():
		return nil, damaged(t.path, "a column lies outside of it")
	case rows < 0 || rows > t.file.Size():
		return nil, damaged(t.path, fmt.Sprintf("%d rows in %d bytes", rows, t.file.Size()))
	}
	var out []page
	var first int64
	for at := begin; first < rows; {
		header, length, err := pageHeader(io.NewSectionReader(f, at, end-at))
		if err != nil {
			return nil, damaged(t.path, err)
		}
		p := page{offset: at, at: at + length, packed: int64(header.CompressedPageSize), size: int64(header.UncompressedPageSize), first: first}
		if p.packed < 0 || p.size < 0 || p.size > maxInside || p.at+p.packed > end {
			return nil, damaged(t.path, fmt.Sprintf("a page of %d bytes, %d unpacked", p.packed, p.size))
		}
		switch header.Type {
		case format.DictionaryPage:
			if err := t.checkSize(f, group, column, p); err != nil {
				return nil, err
			}
		case format.DataPage:
			p.rows = int64(header.DataPageHeader.V.NumValues)
		case format.DataPageV2:
			v2 := header.DataPageHeaderV2.V
			p.rows, p.levels = int64(v2.NumRows), int64(v2.RepetitionLevelsByteLength)+int64(v2.DefinitionLevelsByteLength)
			p.plain = v2.IsCompressed.Valid && !v2.IsCompressed.V
		}
		if p.levels < 0 || p.levels > p.packed || p.rows < 0 || p.rows > rows-first {
			return nil, damaged(t.path, fmt.Sprintf("a page of %d rows", p.rows))
		}
		if header.Type == format.DataPage || header.Type == format.DataPageV2 {
			if p.data = at; len(out) > 0 {
				p.data = out[0].data
			}
			out = append(out, p)
			first += p.rows
		}
		at = p.at + p.packed
	}
	return out, nil
}

// pageHeader reads the header of a page and returns its length too.
func pageHeader(r *io.SectionReader) (format.PageHeader, int64, error) {
	b := bufio.NewReader(r)
	var header format.PageHeader
	if err := thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(b)).Decode(&header); err != nil {
		return header, 0, err
	}
	read, err := r.Seek(0, io.SeekCurrent)
	return header, read - int64(b.Buffered()), err
}

// shifted shows a file with one page in place of the first data page of its
// column, so that the library reads the dictionary and then this page.
type shifted struct {
	io.ReaderAt
	from, by int64
}

func (s shifted) ReadAt(p []byte, off int64) (int, error) {
	if off >= s.from {
		return s.ReaderAt.ReadAt(p, off+s.by)
	}
	if off+int64(len(p)) <= s.from {
		return s.ReaderAt.ReadAt(p, off)
	}
	n, err := s.ReaderAt.ReadAt(p[:s.from-off], off)
	if err != nil {
		return n, err
	}
	m, err := s.ReaderAt.ReadAt(p[n:], s.from+s.by)
	return n + m, err
}

// readPage hands the values of a page, from a row of it on, to use.
func (t *table) readPage(f io.ReaderAt, group, column int, p page, row int64, use func(parquet.ValueReader) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = damaged(t.path, r)
		}
	}()
	if err := t.checkSize(f, group, column, p); err != nil {
		return err
	}
	chunk, ok := t.file.RowGroups()[group].ColumnChunks()[column].(*parquet.FileColumnChunk)
	if !ok {
		return damaged(t.path, "a column is not stored in it")
	}
	pages := chunk.PagesFrom(shifted{f, p.data, p.offset - p.data})
	defer pages.Close()
	if row > 0 {
		if err := pages.SeekToRow(row); err != nil {
			return damaged(t.path, err)
		}
	}
	read, err := pages.ReadPage()
	if err != nil {
		return damaged(t.path, err)
	}
	defer parquet.Release(read)
	return use(read.Values())
}

// checkSize returns an error if a page would become larger than its header
// says: the library unpacks it whatever comes.
func (t *table) checkSize(f io.ReaderAt, group, column int, p page) error {
	codec := t.chunk(group, column).Codec
	packed := io.NewSectionReader(f, p.at+p.levels, p.packed-p.levels)
	var size int64
	switch {
	case codec == format.Uncompressed || p.plain || packed.Size() == 0:
		return nil
	case codec == format.Snappy:
		head := make([]byte, min(packed.Size(), binary.MaxVarintLen64))
		if _, err := packed.ReadAt(head, 0); err != nil {
			return damaged(t.path, err)
		}
		n, k := binary.Uvarint(head)
		if k <= 0 {
			return damaged(t.path, "a page without a length")
		}
		size = int64(min(n, maxInside+1))
	case codec == format.Gzip || codec == format.Zstd:
		r, err := unpacker(codec, packed)
		if err != nil {
			return damaged(t.path, err)
		}
		defer r.Close()
		if size, err = io.Copy(io.Discard, io.LimitReader(r, p.size+1)); err != nil {
			return damaged(t.path, err)
		}
	default:
		return fmt.Errorf("table %s is packed by %s, which is not read: write it again with snappy, zstd or gzip", t.path, codec)
	}
	if size > p.size-p.levels {
		return damaged(t.path, fmt.Sprintf("a page of %d bytes is larger than announced", p.size))
	}
	return nil
}

// unpacker unpacks what a codec packed.
func unpacker(codec format.CompressionCodec, r io.Reader) (io.ReadCloser, error) {
	if codec == format.Gzip {
		return gzip.NewReader(r)
	}
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxInside))
	if err != nil {
		return nil, err
	}
	return z.IOReadCloser(), nil
}

// cell is an image in a table.
type cell struct {
	*table
	group int
	pages []page // of its column and row group
	row   int64  // in the row group
}

// open returns the bytes of the image.
func (c cell) open() (io.ReadCloser, int64, error) {
	f, _, err := safefile.Open(c.path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	k := sort.Search(len(c.pages), func(i int) bool { return c.pages[i].first > c.row }) - 1
	p := c.pages[k]
	var data []byte
	err = c.readPage(f, c.group, c.images, p, c.row-p.first, func(r parquet.ValueReader) error {
		var v [1]parquet.Value
		if _, err := r.ReadValues(v[:]); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		data = bytes.Clone(v[0].ByteArray())
		return nil
	})
	if err == nil && len(data) == 0 {
		err = errors.New("the table holds no bytes of it")
	}
	return io.NopCloser(bytes.NewReader(data)), int64(len(data)), err
}

// entries lists the images of a table.
func (t *table) entries(ctx context.Context) (out []entry, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, damaged(t.path, r)
		}
	}()
	f, _, err := safefile.Open(t.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows := int64(0)
	for g, group := range t.file.Metadata().RowGroups {
		if rows += group.NumRows; rows > t.file.NumRows() {
			return nil, damaged(t.path, fmt.Sprintf("%d rows in its groups, %d in all", rows, t.file.NumRows()))
		}
		pages, err := t.pages(watched{f, ctx}, g, t.images)
		if err != nil {
			return nil, err
		}
		for row := range group.NumRows {
			name := filepath.Join(t.path, fmt.Sprintf("row %07d", len(out)))
			out = append(out, entry{name, inside{name, cell{t, g, pages, row}}})
		}
	}
	return out, nil
}
