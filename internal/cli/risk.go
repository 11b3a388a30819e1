package cli

import (
	"errors"
	"strconv"
	"strings"
)

// Risk is the flag -risk: a share of wrong answers such as 5% or 0.05. The zero
// value stands for none.
type Risk float64

// String returns what Set takes.
func (r *Risk) String() string {
	if *r == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(*r)*100, 'g', 4, 64) + "%"
}

// Set reads a share.
func (r *Risk) Set(text string) error {
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		v /= 100
	}
	if err != nil || !(v > 0 && v < 1) {
		return errors.New("want a share of wrong answers between 0 and 1, such as 5% or 0.05")
	}
	*r = Risk(v)
	return nil
}
