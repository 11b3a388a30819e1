package files

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/exactjson"
)

// Names of columns and fields, in lower case with _ between words, the best one
// first: names in words before numbers.
var (
	pathColumns = []string{"file_name", "filename", "file_path", "filepath", "image_path", "image_file", "image_name", "img_path", "img_name",
		"path", "file", "image", "img", "image_id", "img_id", "id"}
	labelColumns = []string{"class_name", "classname", "label_name", "category_name", "class", "label", "category", "labels", "classes",
		"target", "cls", "species", "breed", "tag", "y", "class_id", "label_id", "category_id", "text", "caption"}
	splitColumns = []string{"split", "set", "subset", "data_set", "dataset_split", "partition", "usage", "phase", "fold"}
)

// column returns the index of the first name that a header has, or -1.
func column(header []string, names []string) int {
	for _, name := range names {
		for i, h := range header {
			if columnName(h) == name {
				return i
			}
		}
	}
	return -1
}

// columnName is a header's name as the lists above write it.
func columnName(h string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(h)))
}

// field returns the value of the first name that an object has. Of several keys
// that are one name, such as label and Label, the one that is spelled like it is
// meant, else the first in order.
func field(object map[string]any, names []string) (any, bool) {
	keys := slices.Sorted(maps.Keys(object))
	for _, name := range names {
		if v, ok := object[name]; ok {
			return v, true
		}
		for _, key := range keys {
			if columnName(key) == name {
				return object[key], true
			}
		}
	}
	return nil, false
}

// word is a JSON value as a word: a string, a number, or a list of one of them.
func word(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return strings.TrimSpace(v), nil
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return strconv.FormatInt(int64(v), 10), nil
		}
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	case []any:
		if len(v) == 1 {
			return word(v[0])
		}
		return "", fmt.Errorf("%d labels, and one is wanted", len(v))
	}
	return "", errors.New("the label is a structure")
}

// labelOfJSON returns the label in the JSON file of a sample.
func labelOfJSON(text string) (string, error) {
	var v any
	if err := exactjson.Unmarshal([]byte(text), &v); err != nil {
		return "", fmt.Errorf("no JSON: %w", err)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return word(v)
	}
	label, ok := field(object, labelColumns)
	if !ok {
		return "", fmt.Errorf("it has none of the fields %s", some(labelColumns))
	}
	return word(label)
}
