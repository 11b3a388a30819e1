package imaging

import (
	"frontdoor/imaging/png"
	"frontdoor/imaging/webp"
)

// exifPNG returns the Exif block of a PNG file.
func exifPNG(data []byte) []byte { return png.Exif(data) }

// exifWebP returns the Exif block of a WebP file.
func exifWebP(data []byte) []byte { return webp.Exif(data) }
