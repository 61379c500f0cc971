package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/rand"
)

// vector is one line of the output. JSON is left out of random vectors: the hash is enough to find a difference.
type vector struct {
	Name   string          `json:"name"`
	Stored json.RawMessage `json:"stored"`
	JSON   string          `json:"json,omitempty"`
	Hash   string          `json:"hash"`
}

// named is raw JSON as the API server might store it.
type named struct {
	name string
	raw  string
}

// decode reads as the original's cache does: by reflection, and if that fails by encoding/json, errors ignored.
func decode(raw string, make func() any) any {
	var object map[string]any
	if err := utiljson.Unmarshal([]byte(raw), &object); err != nil {
		fail(fmt.Errorf("%w in %s", err, raw))
	}
	value := make()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object, value); err == nil {
		return value
	}
	value = make()
	data, err := json.Marshal(object)
	if err != nil {
		fail(err)
	}
	_ = json.Unmarshal(data, value)
	return value
}

func newVector(input named, typed any, keepJSON bool) vector {
	text, err := json.Marshal(typed)
	if err != nil {
		fail(err)
	}
	sum := fnv.New32a()
	_, _ = sum.Write(text)
	result := vector{Name: input.name, Stored: json.RawMessage(input.raw), Hash: rand.SafeEncodeString(fmt.Sprint(sum.Sum32()))}
	if keepJSON {
		result.JSON = string(text)
	}
	return result
}

func printLines[T any](items []T) {
	for i, item := range items {
		text, err := json.Marshal(item)
		if err != nil {
			fail(err)
		}
		start, end := ",", ""
		if i == 0 {
			start = "["
		}
		if i == len(items)-1 {
			end = "]"
		}
		fmt.Fprintf(os.Stdout, "%s%s%s\n", start, text, end)
	}
}

func toJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		fail(err)
	}
	return string(text)
}
