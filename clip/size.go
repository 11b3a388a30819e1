package clip

// Bytes returns the memory that the model's tensors take, mapped or not.
func (m *Model) Bytes() (n int64) {
	for _, t := range m.stored {
		n += 4 * int64(t.Len())
	}
	return n
}
