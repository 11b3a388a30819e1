package rundir

// Study is what the extra measurements of a base-to-new experiment found
// (flag -study). Those on causes need a world whose causes are known and are
// left out elsewhere. Rates are percent.
type Study struct {
	// Effects has a line for each factor that is irrelevant to the task: what
	// happens to the predictions on the base test set when it is drawn again, all
	// else equal. Behind them stand do(context) and do(everything). EffectsNew is
	// the same for the new classes, among themselves.
	Effects    []Effect `json:"effects,omitempty"`
	EffectsNew []Effect `json:"effects_new,omitempty"`

	// Interventional is the accuracy on the base test set under do(context), when
	// the factors that classes merely prefer are drawn again, and Gap what is
	// lost by that: observational less interventional accuracy. The other
	// irrelevant factors are independent of the class in any case.
	Interventional *float64 `json:"interventional,omitempty"`
	Gap            *float64 `json:"gap,omitempty"`
	// Reversed is the accuracy on the base test set when its correlations are
	// those of other classes: each picture in the context that another class
	// prefers.
	Reversed *float64 `json:"reversed,omitempty"`
	// NewCorrelated is the accuracy on the new classes, among themselves, when the
	// context goes with the class as in training.
	NewCorrelated *float64 `json:"new_correlated,omitempty"`
	// Shifted has the accuracy on each shifted variant of the base classes.
	Shifted []SetAccuracy `json:"shifted,omitempty"`

	// Reads says for each named factor how well it can be read through the
	// method's prompts, whatever the task makes of it.
	Reads []Reading `json:"reads,omitempty"`
	// Similarity compares the templates with each other.
	Similarity *Similarity `json:"similarity,omitempty"`
	// Tokens lists the learned text tokens of the first block.
	Tokens []LearnedToken `json:"tokens,omitempty"`
	// OtherWorld is Trust.Detect.OtherWorld for each kind of picture.
	OtherWorld []OtherKind `json:"other_world,omitempty"`
}

// Names of the interventions on several factors at once, the last two of
// Study.Effects.
const (
	DoContext    = "context"    // on the factors that classes prefer
	DoEverything = "everything" // on all irrelevant factors
)

// Effect is what do(factor) does to predictions.
type Effect struct {
	Factor   string  `json:"factor"`
	Changed  float64 `json:"changed"`  // share of predictions that change: the causal effect
	Accuracy float64 `json:"accuracy"` // under the intervention
	// The same of each template's own predictions, in the order of Row.Templates.
	TemplatesChanged  []float64 `json:"templates_changed,omitempty"`
	TemplatesAccuracy []float64 `json:"templates_accuracy,omitempty"`
}

// OtherKind is how well pictures of one kind of other world are found.
type OtherKind struct {
	Kind string `json:"kind"`
	*Signals
}

// SetAccuracy is the accuracy on a test set beside the usual ones.
type SetAccuracy struct {
	Name     string  `json:"name"`
	Accuracy float64 `json:"accuracy"`
}

// Reading is the accuracy in naming the value of a factor: "a photo of a
// grass", in the method's own prompts, among all values.
type Reading struct {
	Factor    string    `json:"factor"`
	Chance    float64   `json:"chance"`
	Accuracy  float64   `json:"accuracy"`
	Templates []float64 `json:"templates,omitempty"` // in the order of Row.Templates
}

// Similarity is the mean over the base classes of the cosine of two templates'
// text features, the hand-crafted one being the last.
type Similarity struct {
	Templates []string    `json:"templates"`
	Cosines   [][]float64 `json:"cosines"` // [M+1, M+1]
}

// LearnedToken is a learned text token and the entries of the vocabulary that
// are nearest to it.
type LearnedToken struct {
	Name    string      `json:"name"` // such as "template.0.ctx 1"
	Nearest []Neighbour `json:"nearest"`
}

// Neighbour is an entry of the vocabulary.
type Neighbour struct {
	Token    string  `json:"token"`
	Distance float64 `json:"distance"` // Euclidean, between embeddings
	Cosine   float64 `json:"cosine"`
}
