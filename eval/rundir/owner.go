package rundir

import (
	"encoding/json"
	"fmt"

	"frontdoor/cdc"
	"frontdoor/method"
)

// Owner identifies the settings that shape a cell's training: state that was
// written under other settings is not continued.
type Owner struct {
	text string // JSON
	old  string // as version 0.1.0 wrote it
}

// Owner returns what identifies a cell's training.
func (c *Config) Owner(cell Cell) Owner {
	s := c.For(cell)
	text, err := json.Marshal(struct {
		Cell        Cell            `json:"cell"`
		Settings    method.Settings `json:"settings"`
		Data        string          `json:"data"`
		Protocol    string          `json:"protocol"`
		Fingerprint string          `json:"fingerprint"`
		Kernel      string          `json:"kernel"`
	}{cell, s, c.Data, c.Protocol, c.Fingerprint, c.Kernel})
	if err != nil {
		panic(fmt.Sprintf("rundir: settings of %s: %v", cell, err)) // an infinite rate, which Check refuses
	}
	return Owner{
		text: string(text),
		old:  fmt.Sprintf("%s, %s, %s, %s, model %s, kernel %s", cell, oldSettings(s), c.Data, c.Protocol, c.Fingerprint, c.Kernel),
	}
}

// String is what a state file says of its owner.
func (o Owner) String() string { return o.text }

// Is says whether a state file that says text is the owner's.
func (o Owner) Is(text string) bool { return text == o.text || text == o.old }

// oldSettings writes settings as version 0.1.0 did, by the names that fields
// had then.
func oldSettings(s method.Settings) string {
	return fmt.Sprintf("{Epochs:%d Batch:%d LR:%v Templates:%d Tokens:%d Depth:%d VisionTokens:%d VisionDepth:%d "+
		"Words:%s Position:%s PerClass:%t CDC:%s Draws:%d Schedule:%s}",
		s.Epochs, s.Batch, s.LR, s.Templates, s.Tokens, s.Depth, s.VisionTokens, s.VisionDepth,
		s.Words, s.Position, s.PerClass, oldSwitches(s.CDC), s.Draws, s.Schedule)
}

func oldSwitches(o cdc.Options) string {
	return fmt.Sprintf("{M:0 Coupling:{Tokens:0 Depth:0 Jitter:0} Template: ViewSet:%d Trusted:%t Evidence:%s Offset:%s Fusion:%s "+
		"Fused:%v Diversity:%v RawCosine:%t Consistency:%v KL:%v HandCrafted:%t Lite:%s Looks:%t Familiarity:%t Independence:%v Closed:%t}",
		o.ViewSet, o.Trusted, o.Evidence, o.Offset, o.Fusion,
		o.Fused, o.Diversity, o.RawCosine, o.Consistency, o.KL, o.HandCrafted, o.Lite, o.TestViews, o.ClassSimilarity, o.Independence, o.Closed)
}
