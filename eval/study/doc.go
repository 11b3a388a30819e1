// Package study makes the extra measurements of a trained learner (flag -study):
// what its predictions depend on, by interventions do(factor) on a world whose
// factors are known, in the causal view of CDC's section 3; how well doubt finds
// pictures of another world; and what the templates learned, by the cosines of
// their text features [N, E] and the words nearest to their tokens [n, D].
package study
