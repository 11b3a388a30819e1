package term

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Bytes writes a size in binary units with three digits or so: "512 B",
// "1.50 KiB", "47.7 MiB", "2.31 GiB".
func Bytes(n int64) string {
	if n < 0 {
		return "-" + Bytes(-max(n, -1<<62)) // the bound keeps the negation in range
	}
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n)/1024, "KiB"
	for _, next := range []string{"MiB", "GiB", "TiB", "PiB", "EiB"} {
		if v < 999.5 { // 999.6 would be printed as 1000
			break
		}
		v, unit = v/1024, next
	}
	return threeDigits(v) + " " + unit
}

// Duration writes a time span in the units a person would use: "350 ms",
// "4.2 s", "3m05s", "2h10m", "1d04h". Below a millisecond it goes to "µs".
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return "-" + Duration(-max(d, -1<<62))
	case d == 0:
		return "0 s"
	case d < time.Millisecond:
		return threeDigits(float64(d)/1e3) + " µs"
	case d < 999500*time.Microsecond:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	case d < 59950*time.Millisecond:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	s := int64(d.Round(time.Second) / time.Second)
	if s < 3600 {
		return fmt.Sprintf("%dm%02ds", s/60, s%60)
	}
	m := (s + 30) / 60
	if m < 24*60 {
		return fmt.Sprintf("%dh%02dm", m/60, m%60)
	}
	h := (m + 30) / 60
	return fmt.Sprintf("%dd%02dh", h/24, h%24)
}

// threeDigits writes v with three significant digits, as long as v < 1000.
func threeDigits(v float64) string {
	switch {
	case v < 9.995:
		return fmt.Sprintf("%.2f", v)
	case v < 99.95:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// Decimal writes v with so many decimals, half away from zero, and a dash for
// NaN. Tables and figures all round by it, so that one number looks the same
// everywhere: 75.25 is 75.3.
func Decimal(v float64, digits int) string {
	if math.IsNaN(v) {
		return "-"
	}
	return strconv.FormatFloat(Rounded(v, digits), 'f', digits, 64)
}

// Rounded returns v as Decimal shows it, without a negative zero.
func Rounded(v float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(v*scale)/scale + 0
}
