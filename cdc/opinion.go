package cdc

import (
	"fmt"
	"math"
)

// Opinion is a Dirichlet distribution over K classes in the terms of subjective
// logic: belief masses, one for each class, and an uncertainty. They sum to one.
type Opinion struct {
	Belief      []float64 // b_k = e_k / S
	Uncertainty float64   // u = K / S
	Prob        []float64 // alpha_k / S, the expected probability of each class
}

// NewOpinion returns the opinion of Dirichlet parameters given as log alpha,
// each at least 0.
func NewOpinion(logAlpha []float64) Opinion {
	top := 0.0
	for _, a := range logAlpha {
		top = max(top, a)
	}
	// All in units of e^top, so that huge evidence does not overflow.
	s := 0.0
	for _, a := range logAlpha {
		s += math.Exp(a - top)
	}
	k := float64(len(logAlpha))
	o := Opinion{Belief: make([]float64, len(logAlpha)), Prob: make([]float64, len(logAlpha)), Uncertainty: k * math.Exp(-top) / s}
	for i, a := range logAlpha {
		o.Prob[i] = math.Exp(a-top) / s
		o.Belief[i] = math.Exp(a-top) * -math.Expm1(-a) / s // (alpha - 1) / S
	}
	return o
}

// closed returns the opinion for an image that is known to be of one of the
// classes. Expected probabilities α/S divide the uncertainty u equally among the
// classes, so that an image with little evidence has nearly equal ones. closed
// divides it in proportion to the belief masses:
//
//	p_k = b_k / (1 - u)
//
// u and the order of the classes stay. An opinion without belief stays as it is.
func (o Opinion) closed() Opinion {
	total := sum(o.Belief)
	if total == 0 {
		return o
	}
	o.Prob = make([]float64, len(o.Belief))
	for k, b := range o.Belief {
		o.Prob[k] = b / total
	}
	return o
}

// Fuse combines opinions by Dempster's rule. terms holds log(1 + e_k/K) [K] of
// each opinion. The rule's closed form is a sum in these terms,
//
//	log(1 + e_k^F/K) = Σ_m log(1 + e_k^m/K),
//
// so it is a product of experts where evidence is large and a sum of evidence
// where it is small, and the order of opinions does not matter.
func Fuse(terms ...[]float64) Opinion {
	return pool(ones(len(terms)), 1, terms...)
}

// pool is [Fuse] of opinions that have weights and that are not independent. Opinion m has a weight r_m in [0, 1], the exponent of its factor
// in Dempster's product, and the product as a whole counts as n^i opinions,
// where n = Σ r_m and i is the independence in [0, 1]:
//
//	log(1 + e_k^F/K) = n^(i-1) Σ_m r_m log(1 + e_k^m/K)
//
// With i = 1 and weights of 1 this is Dempster's rule, which counts every
// opinion as independent evidence. M templates that read one image through one
// frozen tower are not independent, and the rule then gives too little
// uncertainty. With i = 0 they count as one, the weighted mean. The most probable
// class does not depend on i.
func pool(weights []float64, independence float64, terms ...[]float64) Opinion {
	for _, t := range terms {
		sameClasses(len(t), len(terms[0]))
	}
	k, n := len(terms[0]), sum(weights)
	if n > 0 {
		n = math.Pow(n, independence-1)
	}
	logAlpha := make([]float64, k)
	for i := range logAlpha {
		a := 0.0
		for m, t := range terms {
			a += weights[m] * t[i]
		}
		logAlpha[i] = fusedLogAlpha(n*a, k)
	}
	return NewOpinion(logAlpha)
}

// Conflict is how much opinions contradict each other: the share of their joint
// mass on pairs of different classes, which Dempster's rule discards. It is 0 for
// opinions that agree or have no belief and approaches 1 for opinions that are
// certain of different classes.
//
// The mass that survives is Π_m u_m on "any class" and
// Π_m (b_k^m + u_m) - Π_m u_m on class k. Of no opinions it is 0. It panics if they
// are about different numbers of classes.
func Conflict(opinions ...Opinion) float64 {
	if len(opinions) == 0 {
		return 0
	}
	for _, o := range opinions {
		sameClasses(len(o.Belief), len(opinions[0].Belief))
	}
	unknown := 1.0
	for _, o := range opinions {
		unknown *= o.Uncertainty
	}
	survives := unknown
	for k := range opinions[0].Belief {
		agree := 1.0
		for _, o := range opinions {
			agree *= o.Belief[k] + o.Uncertainty
		}
		survives += agree - unknown
	}
	return min(max(1-survives, 0), 1)
}

// sameClasses panics unless two opinions are about equally many classes.
func sameClasses(k, n int) {
	if k != n {
		panic(fmt.Sprintf("cdc: opinions on %d and on %d classes", k, n))
	}
}
