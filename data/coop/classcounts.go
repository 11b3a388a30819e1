package coop

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
)

// classCountsJSON holds the published numbers of training, validation and test
// images of each class: from CoOp's split files, or from the rule by which a
// dataset was made, where one row stands for all classes and -1 for what
// differs. No such numbers are known for Aircraft and three variants of
// ImageNet.
//
//go:embed classcounts.json
var classCountsJSON []byte

var classCounts = sync.OnceValue(func() map[string][][3]int {
	var all map[string][][3]int
	if err := json.Unmarshal(classCountsJSON, &all); err != nil {
		panic(fmt.Sprintf("data: the embedded classcounts.json: %v", err))
	}
	return all
})

// classCount returns the published number of images of a class in a split, and
// whether it is known.
func (o *Dataset) classCount(label, split int) (n int, known bool) {
	rows := classCounts()[o.Title]
	switch {
	case len(rows) == 1:
		label = 0
	case label >= len(rows):
		return 0, false
	}
	return rows[label][split], rows[label][split] >= 0
}

// plural counts things in words.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
