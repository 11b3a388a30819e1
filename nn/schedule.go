package nn

import "math"

// EpochCosine is the schedule of CoOp, CoCoOp and MaPLe (Dassl's constant
// warm-up around a cosine), stepped once an epoch: 1e-5 in epoch 0, then
// base (1 + cos(π (e-1)/epochs))/2. Cosine time starts after the warm-up
// epoch but its period is the total, so that the last rate is not zero.
func EpochCosine(base float64, epoch, epochs int) float64 {
	if epoch == 0 {
		return 1e-5
	}
	return base * (1 + math.Cos(math.Pi*float64(epoch-1)/float64(epochs))) / 2
}

// WarmCosine is a schedule stepped with every batch: from start·base up to
// base linearly over warm steps, then by half a cosine to floor·base at step
// total. start and floor are fractions of base.
func WarmCosine(base float64, step, warm, total int, start, floor float64) float64 {
	if step < warm {
		return base * (start + (1-start)*float64(step)/float64(warm))
	}
	if total <= warm {
		return base
	}
	t := float64(step-warm) / float64(total-warm)
	return base * (floor + (1-floor)*(1+math.Cos(math.Pi*min(t, 1)))/2)
}
