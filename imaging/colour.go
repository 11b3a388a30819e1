package imaging

import (
	"encoding/json"
	"fmt"
)

// Colour is red, green and blue. In JSON a grey is one number and another
// colour a list of three.
type Colour [3]uint8

// Grey returns the colour whose three parts are v.
func Grey(v uint8) Colour { return Colour{v, v, v} }

// isGrey says whether the three parts are equal.
func (c Colour) isGrey() bool { return c == Grey(c[0]) }

// MarshalJSON writes a grey as one number, as it was before there were other
// colours.
func (c Colour) MarshalJSON() ([]byte, error) {
	if c.isGrey() {
		return json.Marshal(c[0])
	}
	return fmt.Appendf(nil, "[%d,%d,%d]", c[0], c[1], c[2]), nil
}

// UnmarshalJSON reads a number or a list of three.
func (c *Colour) UnmarshalJSON(text []byte) error {
	var grey uint8
	if json.Unmarshal(text, &grey) == nil {
		*c = Grey(grey)
		return nil
	}
	var parts []uint16 // a []uint8 would be base64
	if json.Unmarshal(text, &parts) != nil || len(parts) != 3 || max(parts[0], parts[1], parts[2]) > 255 {
		return fmt.Errorf("colour %s: want a number of 0 to 255, or three", text)
	}
	*c = Colour{uint8(parts[0]), uint8(parts[1]), uint8(parts[2])}
	return nil
}
