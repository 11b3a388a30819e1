package bench

import (
	"context"
	"testing"
)

// Each operation gives a record beside the Go peer.
func TestPictures(t *testing.T) {
	var got []Record
	b := &bench{only: "imaging/", rounds: 1, threads: []int{1}, ctx: context.Background(), report: func(r Record) { got = append(got, r) }}
	photos, err := b.makePhotos(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b.peers = true
	for _, op := range []string{"decode", "resize", "square"} {
		if err := b.picture(op, 1, photos[:2], nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(got) != 3 || got[2].Name != "imaging/square" || !(got[2].Value > 0) || !(got[2].Ratio > 0) || got[2].Unit != "s/photo" {
		t.Errorf("records: %+v", got)
	}
	b.photos = t.TempDir()
	if _, err := b.makePhotos(t.TempDir()); err == nil {
		t.Error("a folder without photos: no error")
	}
}
