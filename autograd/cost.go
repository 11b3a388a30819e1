package autograd

// Scores returns the query-key pairs of one head: how many scores Attention
// computes, masked ones included.
func (l *Layout) Scores() (n int) {
	off := l.scores(nil)
	return off[len(off)-1]
}

// KeptScores returns how many of the scores of one head Attention keeps for
// its backward: all of them, or none where sequences are so long that it
// computes them again.
func (l *Layout) KeptScores() int {
	if l.longest() > keepKeys {
		return 0
	}
	return l.Scores()
}
