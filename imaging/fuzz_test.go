package imaging

import (
	"testing"

	"frontdoor/internal/hostile"
)

// FuzzOrientation looks for an orientation in any file, which is in EXIF or XMP.
func FuzzOrientation(f *testing.F) {
	for _, data := range hostile.Of(".jpg", ".png", ".webp", ".heic") {
		if len(data) < 1<<16 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if o := Orientation(data); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
	})
}
