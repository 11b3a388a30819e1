package world

import (
	"bytes"
	"testing"
)

func TestOthersAreDeterministicAndDiffer(t *testing.T) {
	var all [][]uint8
	for kind := range Others {
		for seed := range uint64(3) {
			a, b := make([]uint8, 3*Size*Size), make([]uint8, 3*Size*Size)
			RenderOther(a, Size, kind, seed)
			RenderOther(b, Size, kind, seed)
			if !bytes.Equal(a, b) {
				t.Errorf("%s: not a function of the seed", Others[kind])
			}
			for _, c := range all {
				if bytes.Equal(a, c) {
					t.Errorf("%s, seed %d: a picture that was there already", Others[kind], seed)
				}
			}
			all = append(all, a)
		}
	}
}

func TestOthersInOtherSizes(t *testing.T) {
	for kind := range Others {
		for _, size := range []int{1, 7, 224} {
			RenderOther(make([]uint8, 3*size*size), size, kind, 1)
		}
	}
	for _, f := range []func(){
		func() { RenderOther(make([]uint8, 5), Size, 0, 1) },
		func() { RenderOther(make([]uint8, 3), 1, len(Others), 1) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		}()
	}
}
