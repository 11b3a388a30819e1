package cdc

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// The Dirichlet losses need functions of alpha = e^a, and alpha overflows long
// before a does. Each function here takes a. Above asymptotic it is the first
// terms of its series in 1/alpha, whose next term is below float64's spacing.
const asymptotic = 10

// psiExp is digamma(e^a).
func psiExp(a float64) float64 {
	if a > asymptotic {
		y := math.Exp(-a)
		return a - y/2 - y*y/12
	}
	return mathext.Digamma(math.Exp(a))
}

// psi1Exp is x trigamma(x) at x = e^a, the derivative of psiExp. Trigamma is
// the Hurwitz zeta function at 2.
func psi1Exp(a float64) float64 {
	if a > asymptotic {
		y := math.Exp(-a)
		return 1 + y/2 + y*y/6
	}
	x := math.Exp(a)
	return mathext.Zeta(2, x) * x
}

// restExp is x (x trigamma(x) - 1) at x = e^a: what psi1Exp has beyond one,
// times x.
func restExp(a float64) float64 {
	if a > asymptotic {
		return 0.5 + math.Exp(-a)/6
	}
	x := math.Exp(a)
	return (mathext.Zeta(2, x)*x - 1) * x
}

// entropyExp is lnΓ(x) - (x-1) digamma(x) + x at x = e^a: the entropy of a
// gamma distribution of shape x.
func entropyExp(a float64) float64 {
	if a > asymptotic {
		y := math.Exp(-a)
		return (a+math.Log(2*math.Pi)+1)/2 - y/3 - y*y/12
	}
	x := math.Exp(a)
	lnGamma, _ := math.Lgamma(x)
	return lnGamma - (x-1)*mathext.Digamma(x) + x
}
