package serve

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
)

// schemas checks JSON against the part of JSON Schema that openapi.json uses.
type schemas map[string]any

// check returns what is wrong with a value, one text each.
func (root schemas) check(schema map[string]any, v any, at string) (wrong []string) {
	if ref, ok := schema["$ref"].(string); ok {
		return root.check(root[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any), v, at)
	}
	if all, ok := schema["anyOf"].([]any); ok {
		for _, one := range all {
			if len(root.check(one.(map[string]any), v, at)) == 0 {
				return nil
			}
		}
		return []string{at + ": none of anyOf"}
	}
	if kind := schema["type"]; kind != nil && !isOfType(kind, v) {
		return []string{fmt.Sprintf("%s: %v is no %v", at, v, kind)}
	}
	if c, ok := schema["const"]; ok && !reflect.DeepEqual(c, v) {
		wrong = append(wrong, fmt.Sprintf("%s: %v, want %v", at, v, c))
	}
	if all, ok := schema["enum"].([]any); ok && !slices.Contains(all, v) {
		wrong = append(wrong, fmt.Sprintf("%s: %v is not in %v", at, v, all))
	}
	switch v := v.(type) {
	case float64:
		if least, ok := schema["minimum"].(float64); ok && v < least {
			wrong = append(wrong, fmt.Sprintf("%s: %v is below %v", at, v, least))
		}
		if most, ok := schema["maximum"].(float64); ok && v > most {
			wrong = append(wrong, fmt.Sprintf("%s: %v is above %v", at, v, most))
		}
	case []any:
		if least, ok := schema["minItems"].(float64); ok && len(v) < int(least) {
			wrong = append(wrong, fmt.Sprintf("%s: %d items", at, len(v)))
		}
		if items, ok := schema["items"].(map[string]any); ok {
			for i, x := range v {
				wrong = append(wrong, root.check(items, x, fmt.Sprintf("%s[%d]", at, i))...)
			}
		}
	case map[string]any:
		wrong = append(wrong, root.checkObject(schema, v, at)...)
	}
	return wrong
}

func (root schemas) checkObject(schema, v map[string]any, at string) (wrong []string) {
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s: no %s", at, name))
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if p, ok := properties[name].(map[string]any); ok {
			wrong = append(wrong, root.check(p, v[name], at+"."+name)...)
		} else if schema["additionalProperties"] == false {
			wrong = append(wrong, fmt.Sprintf("%s: %s is not in the schema", at, name))
		}
	}
	return wrong
}

// isOfType says whether a value is of a type, or of one of a list.
func isOfType(kind, v any) bool {
	if kinds, ok := kind.([]any); ok {
		return slices.ContainsFunc(kinds, func(k any) bool { return isOfType(k, v) })
	}
	switch v := v.(type) {
	case nil:
		return kind == "null"
	case string:
		return kind == "string"
	case bool:
		return kind == "boolean"
	case float64:
		return kind == "number" || kind == "integer" && v == math.Trunc(v)
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	}
	return false
}
