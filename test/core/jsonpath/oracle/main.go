// The oracle answers the rows of ../vectors with the JSONPath of Kubernetes' client-go.
// It reads rows, one JSON object per line, from its standard input and writes them back with `results` or `error`
// filled in: `go run . < ../vectors/paths.jsonl > answered && mv answered ../vectors/paths.jsonl`.
// `ours`, `oursError` and `why` are kept: they say where we differ on purpose.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/client-go/util/jsonpath"
)

type row struct {
	Path      string          `json:"path"`
	Data      json.RawMessage `json:"data"`
	Results   [][]any         `json:"results,omitempty"`
	Error     string          `json:"error,omitempty"`
	Ours      [][]any         `json:"ours,omitempty"`
	OursError string          `json:"oursError,omitempty"`
	Why       string          `json:"why,omitempty"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<26)
	for in.Scan() {
		var r row
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			panic(err)
		}
		r.Results, r.Error = find(r)
		fmt.Println(text(r))
	}
}

func find(r row) (results [][]any, failure string) {
	defer func() {
		if p := recover(); p != nil {
			results, failure = nil, fmt.Sprint(p)
		}
	}()
	var data any
	if err := json.Unmarshal(r.Data, &data); err != nil {
		panic(err)
	}
	path := jsonpath.New("metrics")
	if err := path.Parse(r.Path); err != nil {
		return nil, err.Error()
	}
	found, err := path.FindResults(data)
	if err != nil {
		return nil, err.Error()
	}
	for _, values := range found {
		list := []any{}
		for _, value := range values {
			list = append(list, value.Interface())
		}
		results = append(results, list)
	}
	return results, ""
}

func text(v any) string {
	b := &strings.Builder{}
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}
