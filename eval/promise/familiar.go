package promise

import (
	"math"
	"slices"
)

// Strangers says how well a threshold of uncertainty tells images of the classes
// from strangers, which are images of none.
type Strangers struct {
	// Threshold is the greatest uncertainty of a familiar image.
	Threshold float64 `json:"threshold"`
	// FalseAlarms of Known images of the classes are called unfamiliar.
	FalseAlarms int `json:"false_alarms"`
	Known       int `json:"known"`
	// Misses of Strange images pass for familiar.
	Misses  int `json:"misses"`
	Strange int `json:"strange"`
}

// FalseAlarmRate is the share of images of the classes that are called
// unfamiliar, NaN for none.
func (s Strangers) FalseAlarmRate() float64 { return float64(s.FalseAlarms) / float64(s.Known) }

// MissRate is the share of strangers that pass, NaN for none.
func (s Strangers) MissRate() float64 { return float64(s.Misses) / float64(s.Strange) }

// Rates are the false-alarm rates that Familiar considers.
var Rates = []float64{0.01, 0.02, 0.05, 0.1}

// usualRate is the false-alarm rate where there are no strangers to compare with.
const usualRate = 0.05

// Familiar returns the threshold for each of Rates, by the uncertainties of
// images of the classes and of strangers, and which of them to take: the one with
// the smallest sum of both rates or, without strangers, the one with 5% of false
// alarms. Without images of the classes no image is unfamiliar.
func Familiar(known, strange []float64) (table []Strangers, take int) {
	sorted := slices.Sorted(slices.Values(known))
	least := math.Inf(1)
	for i, rate := range Rates {
		s := Strangers{Threshold: 1, Known: len(known), Strange: len(strange)}
		if n := len(sorted); n > 0 {
			s.Threshold = sorted[n-1-int(rate*float64(n))]
		}
		for _, u := range known {
			if u > s.Threshold {
				s.FalseAlarms++
			}
		}
		for _, u := range strange {
			if u <= s.Threshold {
				s.Misses++
			}
		}
		table = append(table, s)
		sum := s.FalseAlarmRate() + s.MissRate()
		if len(known) > 0 && len(strange) > 0 && sum < least || len(strange) == 0 && rate == usualRate {
			least, take = sum, i
		}
	}
	return table, take
}
