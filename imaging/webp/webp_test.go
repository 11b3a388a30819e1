package webp

import "testing"

func TestStudioRange(t *testing.T) {
	for _, c := range []struct{ y, want uint8 }{{16, 0}, {235, 255}, {126, 128}} {
		r, g, b := rgb(c.y, 128, 128)
		for _, v := range []uint8{r, g, b} {
			if d := int(v) - int(c.want); d < -1 || d > 1 {
				t.Errorf("luma %d gives %d %d %d, want %d", c.y, r, g, b, c.want)
			}
		}
	}
}

// A code is read if its lengths fill the tree, or if there is one symbol.
func TestPrefixCode(t *testing.T) {
	for _, c := range []struct {
		lengths []uint8
		data    []byte
		want    []int // nil for none
	}{
		{[]uint8{1, 2, 2}, []byte{0b00_11_01_0 << 1}, []int{0, 0, 1, 2, 0}},
		{[]uint8{0, 5}, []byte{0xff}, []int{1, 1}},
		{[]uint8{1, 2}, nil, nil},
		{[]uint8{1, 1, 1}, nil, nil},
		{[]uint8{0, 0}, nil, nil},
	} {
		code, err := newPrefixCode(c.lengths)
		if (err == nil) != (c.want != nil) {
			t.Errorf("lengths %v: error %v", c.lengths, err)
		}
		r := newBitReader(c.data)
		for i, want := range c.want {
			if got := code.symbol(&r); got != want {
				t.Errorf("lengths %v: symbol %d is %d, want %d", c.lengths, i, got, want)
			}
		}
	}
}

// Codes longer than the first table's go through a second one: 15 symbols of 1 to
// 15 bits and one more of 15.
func TestLongCodes(t *testing.T) {
	lengths := make([]uint8, 16)
	for i := range lengths {
		lengths[i] = uint8(min(i+1, maxCode))
	}
	code, err := newPrefixCode(lengths)
	if err != nil {
		t.Fatal(err)
	}
	// Symbol i is i ones and a zero, the last one 15 ones.
	for i := range lengths {
		ones := uint32(1)<<i - 1
		r := newBitReader([]byte{byte(ones), byte(ones >> 8), 0})
		if got := code.symbol(&r); got != i || r.at != uint(lengths[i]) {
			t.Errorf("%d ones: symbol %d of %d bits, want %d of %d", i, got, r.at, i, lengths[i])
		}
	}
}

// A window that is not full ends in zeros; more bits than it has pass the end.
func TestEndOfBits(t *testing.T) {
	r := newBitReader([]byte{0xff})
	if got := r.bits(16); got != 0xff || r.ended {
		t.Errorf("16 bits of one byte are %#x, ended %t", got, r.ended)
	}
	r.bits(24)
	if r.bits(24); r.ended {
		t.Error("64 bits end the reader")
	}
	if r.bit(); !r.ended {
		t.Error("65 bits do not end the reader")
	}
}
