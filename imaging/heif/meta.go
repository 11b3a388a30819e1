package heif

import (
	"errors"
	"fmt"
	"slices"
)

// Limits on what a file may describe; none of Pillow's readers needs more.
const (
	maxItems   = 1 << 14
	maxExtents = 1 << 16
	maxGrid    = 1 << 12
)

// extent is a part of an item's data.
type extent struct{ offset, length uint64 }

// item is a picture, or data that belongs to one.
type item struct {
	kind       string
	content    string // the type of data that is no picture, such as application/rdf+xml
	inMeta     bool   // its data is in the box idat
	extents    []extent
	properties []box
}

// container is what the box meta says.
type container struct {
	file    []byte
	idat    []byte
	primary int
	items   map[int]*item
	refs    []reference
}

// reference is a relation between items: "dimg" from a picture to the ones that
// it is made of, "auxl" from alpha to its picture, "prem" from a picture to alpha
// that multiplies it.
type reference struct {
	kind string
	from int
	to   []int
}

// parse reads the box meta of a file.
func parse(file []byte) (*container, error) {
	meta := find(file, "meta")
	if meta == nil {
		return nil, errors.New("no box meta")
	}
	r := reader{b: meta}
	r.full()
	c := &container{file: file, items: map[int]*item{}}
	var locations, properties []byte
	for {
		b, ok := r.next()
		if !ok {
			break
		}
		var err error
		switch b.name {
		case "pitm":
			c.primary = readPrimary(b.body)
		case "iinf":
			err = c.readItems(b.body)
		case "iloc":
			locations = b.body
		case "iprp":
			properties = b.body
		case "iref":
			err = c.readReferences(b.body)
		case "idat":
			c.idat = b.body
		}
		if err != nil {
			return nil, err
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	if err := c.readLocations(locations); err != nil {
		return nil, err
	}
	if err := c.readProperties(properties); err != nil {
		return nil, err
	}
	if c.items[c.primary] == nil {
		return nil, errors.New("no primary picture")
	}
	return c, nil
}

func readPrimary(b []byte) int {
	r := reader{b: b}
	if v, _ := r.full(); v == 0 {
		return r.u16()
	}
	return r.u32()
}

// readItems reads iinf: the kind of each item.
func (c *container) readItems(b []byte) error {
	r := reader{b: b}
	if v, _ := r.full(); v == 0 {
		r.u16()
	} else {
		r.u32()
	}
	for {
		x, ok := r.next()
		if !ok {
			return r.err
		}
		if x.name != "infe" {
			continue
		}
		e := reader{b: x.body}
		version, _ := e.full()
		if version < 2 {
			continue
		}
		id := e.u16()
		if version > 2 {
			id = id<<16 | e.u16()
		}
		e.u16() // protection
		if kind := e.take(4); kind != nil {
			it := &item{kind: string(kind)}
			if it.kind == "mime" {
				e.text() // its name
				it.content = e.text()
			}
			c.items[id] = it
		}
		if len(c.items) > maxItems {
			return fmt.Errorf("more than %d items", maxItems)
		}
	}
}

// readLocations reads iloc: where the data of each item is.
func (c *container) readLocations(b []byte) error {
	r := reader{b: b}
	version, _ := r.full()
	sizes := r.u16()
	offset, length, base, index := sizes>>12, sizes>>8&15, sizes>>4&15, sizes&15
	if version == 0 {
		index = 0
	}
	wide := 2
	if version > 1 {
		wide = 4
	}
	total := 0
	for n := r.uint(wide); n > 0 && r.err == nil; n-- {
		id, method := int(r.uint(wide)), 0
		if version > 0 {
			method = r.u16() & 15
		}
		r.u16() // data reference
		at := r.uint(base)
		var parts []extent
		for k := r.u16(); k > 0 && r.err == nil; k-- {
			r.uint(index)
			parts = append(parts, extent{at + r.uint(offset), r.uint(length)})
			if total++; total > maxExtents {
				return fmt.Errorf("more than %d extents", maxExtents)
			}
		}
		if it := c.items[id]; it != nil && method < 2 {
			it.extents, it.inMeta = parts, method == 1
		}
	}
	return r.err
}

// readProperties reads iprp: descriptions, and which item has which.
func (c *container) readProperties(b []byte) error {
	var all []box
	list := reader{b: find(b, "ipco")}
	for {
		x, ok := list.next()
		if !ok {
			break
		}
		all = append(all, x)
	}
	if list.err != nil {
		return list.err
	}
	outer := reader{b: b}
	for {
		x, ok := outer.next()
		if !ok {
			return outer.err
		}
		if x.name != "ipma" {
			continue
		}
		r := reader{b: x.body}
		version, flags := r.full()
		for n := r.u32(); n > 0 && r.err == nil; n-- {
			id := r.u16()
			if version > 0 {
				id = id<<16 | r.u16()
			}
			for k := r.u8(); k > 0 && r.err == nil; k-- {
				i := r.u8() & 0x7f
				if flags&1 != 0 {
					i = i<<8 | r.u8()
				}
				it := c.items[id]
				if it == nil || i == 0 || len(it.properties) >= 64 {
					continue
				}
				if i > len(all) {
					return fmt.Errorf("property %d of %d", i, len(all))
				}
				it.properties = append(it.properties, all[i-1])
			}
		}
		if r.err != nil {
			return r.err
		}
	}
}

// readReferences reads iref.
func (c *container) readReferences(b []byte) error {
	r := reader{b: b}
	version, _ := r.full()
	wide := 2
	if version > 0 {
		wide = 4
	}
	for {
		x, ok := r.next()
		if !ok {
			return r.err
		}
		e := reader{b: x.body}
		ref := reference{kind: x.name, from: int(e.uint(wide))}
		for n := e.u16(); n > 0 && e.err == nil; n-- {
			ref.to = append(ref.to, int(e.uint(wide)))
		}
		if e.err != nil {
			return e.err
		}
		c.refs = append(c.refs, ref)
	}
}

// property returns the first property of a name of an item, or nil.
func (it *item) property(name string) []byte {
	for _, p := range it.properties {
		if p.name == name {
			return p.body
		}
	}
	return nil
}

// data joins the parts of an item's data.
func (c *container) data(it *item) ([]byte, error) {
	source := c.file
	if it.inMeta {
		source = c.idat
	}
	var out []byte
	for _, e := range it.extents {
		n := uint64(len(source))
		if e.offset > n || e.length > n-e.offset {
			return nil, errors.New("an item's data lies outside the file")
		}
		length := e.length
		if length == 0 {
			length = n - e.offset
		}
		if uint64(len(out))+length > n {
			return nil, errors.New("an item's parts overlap")
		}
		out = append(out, source[e.offset:e.offset+length]...)
	}
	return out, nil
}

// made returns the items that a derived picture is made of.
func (c *container) made(id int) []int {
	for _, r := range c.refs {
		if r.kind == "dimg" && r.from == id {
			return r.to
		}
	}
	return nil
}

// alpha returns the item with the alpha plane of a picture, or nil, and whether
// the colours are multiplied by it.
func (c *container) alpha(id int) (it *item, multiplied bool) {
	for _, r := range c.refs {
		if r.kind != "auxl" || !slices.Contains(r.to, id) {
			continue
		}
		x := c.items[r.from]
		if x == nil {
			continue
		}
		a := reader{b: x.property("auxC")}
		a.full()
		switch a.text() {
		case "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1":
			it = x
		}
	}
	for _, r := range c.refs {
		if r.kind == "prem" && r.from == id {
			multiplied = true
		}
	}
	return it, multiplied && it != nil
}
