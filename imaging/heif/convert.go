package heif

import "frontdoor/imaging/internal/codec"

// colour is how samples become colours, in code points of ITU-T H.273.
type colour struct {
	primaries, transfer, matrix int
	full                        bool // all bits are used, not those of video
}

// Matrix coefficients that are no weights.
const (
	identity    = 0
	unspecified = 2
	reserved    = 3
	ycgco       = 8
	constant    = 10 // constant luminance, not linear in the samples
	opponent    = 11 // as is ictcp
	derived     = 12 // from the primaries
	ictcp       = 14
	reversible  = 16 // YCgCo of whole numbers, in two more bits than the colours have
)

// known says whether libheif takes the code points of a property; it refuses
// pictures with others.
func (c colour) known() bool {
	return (c.primaries == 1 || c.primaries == 2 || c.primaries >= 4 && c.primaries <= 12 || c.primaries == 22) &&
		(c.transfer == 1 || c.transfer == 2 || c.transfer >= 4 && c.transfer <= 18) &&
		c.matrix >= 0 && c.matrix <= ictcp && c.matrix != reserved
}

// libheifReads says whether libheif converts such planes.
func (c colour) libheifReads(p *codec.Planes) bool {
	return p.Chroma == codec.Grey || c.matrix != opponent && c.matrix != ictcp
}

// libavifReads says whether libavif converts such planes.
func (c colour) libavifReads(p *codec.Planes) bool {
	switch c.matrix {
	case identity:
		return p.Chroma == codec.Full || p.Chroma == codec.Grey
	case ycgco:
		return c.full
	case reserved, constant, opponent, derived + 1, ictcp:
		return false
	case reversible:
		return c.full && p.Depth == 10
	}
	return c.matrix < reversible
}

// name is what ITU-T H.273 calls the matrix.
func (c colour) name() string {
	switch c.matrix {
	case identity:
		return "RGB"
	case ycgco:
		return "YCgCo"
	case constant, derived + 1:
		return "constant luminance"
	case opponent:
		return "Y'D'zD'x"
	case ictcp:
		return "ICtCp"
	case reversible:
		return "YCgCo-Re"
	case reversible + 1:
		return "YCgCo-Ro"
	}
	return "reserved"
}

// chromaNames are what formats of chroma are called.
var chromaNames = map[int]string{codec.Grey: "4:0:0", codec.Half: "4:2:0", codec.Half + 1: "4:2:2", codec.Full: "4:4:4"}

// weights returns how much red and blue count in luma, for a matrix that is
// given by them.
func (c colour) weights() (kr, kb float64, ok bool) {
	switch c.matrix {
	case 1:
		return 0.2126, 0.0722, true
	case 4:
		return 0.30, 0.11, true
	case 5, 6:
		return 0.299, 0.114, true
	case 7:
		return 0.212, 0.087, true
	case 9, constant:
		return 0.2627, 0.0593, true
	case derived, derived + 1:
		return derivedWeights(c.primaries)
	}
	return 0, 0, false
}

// chromaticities are x and y of red, green, blue and white.
var chromaticities = map[int][8]float64{
	1:  {0.640, 0.330, 0.300, 0.600, 0.150, 0.060, 0.3127, 0.3290},
	4:  {0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.310, 0.316},
	5:  {0.64, 0.33, 0.29, 0.60, 0.15, 0.06, 0.3127, 0.3290},
	6:  {0.630, 0.340, 0.310, 0.595, 0.155, 0.070, 0.3127, 0.3290},
	7:  {0.630, 0.340, 0.310, 0.595, 0.155, 0.070, 0.3127, 0.3290},
	8:  {0.681, 0.319, 0.243, 0.692, 0.145, 0.049, 0.310, 0.316},
	9:  {0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290},
	10: {1, 0, 0, 1, 0, 0, 1.0 / 3, 1.0 / 3},
	11: {0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351},
	12: {0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290},
	22: {0.630, 0.340, 0.295, 0.605, 0.155, 0.077, 0.3127, 0.3290},
}

// derivedWeights solves for the luma of primaries that add up to white (ITU-T
// H.273, equations 32 and 33).
func derivedWeights(primaries int) (kr, kb float64, ok bool) {
	c, ok := chromaticities[primaries]
	if !ok {
		return 0, 0, false
	}
	xr, yr, xg, yg, xb, yb, xw, yw := c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7]
	zr, zg, zb, zw := 1-xr-yr, 1-xg-yg, 1-xb-yb, 1-xw-yw
	below := yw * (xr*(yg*zb-yb*zg) + xg*(yb*zr-yr*zb) + xb*(yr*zg-yg*zr))
	kr = yr * (xw*(yg*zb-yb*zg) + yw*(xb*zg-xg*zb) + zw*(xg*yb-xb*yg)) / below
	kb = yb * (xw*(yr*zg-yg*zr) + yw*(xg*zr-xr*zg) + zw*(xr*yg-xg*yr)) / below
	return kr, kb, true
}

// narrow drops the bits of samples beyond 8.
func narrow(p *codec.Planes) *codec.Planes {
	if p.Depth == 8 {
		return p
	}
	out := *p
	out.Depth = 8
	for c, s := range p.Samples {
		out.Samples[c] = make([]uint16, len(s))
		for i, v := range s {
			out.Samples[c][i] = v >> (p.Depth - 8)
		}
	}
	return &out
}

// grey writes luma to all three colours.
func grey(p *codec.Planes) []byte {
	pix := make([]byte, 3*len(p.Samples[0]))
	for i, v := range p.Samples[0] {
		pix[3*i], pix[3*i+1], pix[3*i+2] = byte(v), byte(v), byte(v)
	}
	return pix
}

func clip8(v int) byte { return byte(min(max(v, 0), 255)) }
