package nn

// NotFinite returns the name of the first tensor that has an infinite number or
// NaN, and whether there is one. Training that goes on from there computes
// nothing but NaN.
func NotFinite(list []Named) (name string, found bool) {
	for _, t := range list {
		sum := float32(0)
		for _, v := range t.Data {
			sum += v - v // 0, or NaN for ever
		}
		if sum != 0 {
			return t.Name, true
		}
	}
	return "", false
}
