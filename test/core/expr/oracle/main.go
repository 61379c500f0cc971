// The oracle answers the rows of ../vectors with the language that conditions were written for.
// It reads rows, one JSON object per line, from its standard input and writes them back with `value` or `error` filled
// in: `go run . < ../vectors/operators.jsonl > answered && mv answered ../vectors/operators.jsonl`.
// `ours` and `why` are kept: they say where we differ on purpose.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
)

type row struct {
	Source string          `json:"source"`
	Result json.RawMessage `json:"result,omitempty"`
	Vector []string        `json:"vector,omitempty"`
	Value  string          `json:"value,omitempty"`
	Error  string          `json:"error,omitempty"`
	Ours   *outcome        `json:"ours,omitempty"`
	Why    string          `json:"why,omitempty"`
}

type outcome struct {
	Value string `json:"value,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<26)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var r row
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			panic(err)
		}
		r.Value, r.Error = answer(r)
		fmt.Fprintln(out, text(r))
	}
}

func answer(r row) (value, failure string) {
	defer func() {
		if p := recover(); p != nil {
			value, failure = "", fmt.Sprint(p)
		}
	}()
	result := measurement(r)
	env := map[string]any{
		"result":  result,
		"asInt":   asInt,
		"asFloat": asFloat,
		"isNaN":   math.IsNaN,
		"isInf":   func(f float64) bool { return math.IsInf(f, 0) },
		"isNil":   func(any) bool { return isNil(result) },
		"default": func(_, otherwise any) any {
			if isNil(result) {
				return otherwise
			}
			return result
		},
	}
	program, err := expr.Compile(r.Source, expr.Env(env))
	if err != nil {
		return "", message(err)
	}
	found, err := expr.Run(program, env)
	if err != nil {
		return "", message(err)
	}
	return show(found), ""
}

func measurement(r row) any {
	if r.Vector != nil {
		vector := []float64{}
		for _, sample := range r.Vector {
			f, err := strconv.ParseFloat(sample, 64)
			if err != nil {
				panic(err)
			}
			vector = append(vector, f)
		}
		return vector
	}
	var result any
	if len(r.Result) > 0 {
		if err := json.Unmarshal(r.Result, &result); err != nil {
			panic(err)
		}
	}
	return result
}

func isNil(in any) bool {
	if in == nil {
		return true
	}
	v := reflect.ValueOf(in)
	return (v.Kind() == reflect.Map || v.Kind() == reflect.Slice) && v.IsNil()
}

func asInt(in any) int64 {
	v := reflect.ValueOf(in)
	switch {
	case v.IsValid() && v.CanInt():
		return v.Int()
	case v.IsValid() && v.CanFloat():
		return int64(v.Float())
	case v.IsValid() && v.Kind() == reflect.String:
		n, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil {
			panic(err)
		}
		return n
	}
	panic(fmt.Sprintf("asInt() not supported on %v %v", reflect.TypeOf(in), in))
}

func asFloat(in any) float64 {
	v := reflect.ValueOf(in)
	switch {
	case v.IsValid() && v.CanInt():
		return float64(v.Int())
	case v.IsValid() && v.CanFloat():
		return v.Float()
	case v.IsValid() && v.Kind() == reflect.String:
		f, err := strconv.ParseFloat(v.String(), 64)
		if err != nil {
			panic(err)
		}
		return f
	}
	panic(fmt.Sprintf("asFloat() not supported on %v %v", reflect.TypeOf(in), in))
}

// show writes a value so that its type can be told: `i:1` is an integer and `f:1` a float.
func show(v any) string {
	switch x := v.(type) {
	case nil:
		return "nil"
	case bool:
		return fmt.Sprint(x)
	case string:
		return text(strings.ToValidUTF8(x, "\uFFFD"))
	case float64:
		return "f:" + strconv.FormatFloat(x, 'g', -1, 64)
	case time.Time:
		return "t:" + x.Format(time.RFC3339Nano)
	case time.Duration:
		return "d:" + x.String()
	case *time.Location:
		return "z:" + x.String()
	case []byte:
		return fmt.Sprintf("b:%x", x)
	}
	r := reflect.ValueOf(v)
	parts := []string{}
	switch {
	case r.CanInt():
		return fmt.Sprintf("i:%d", r.Int())
	case r.CanUint():
		return fmt.Sprintf("i:%d", r.Uint())
	case r.Kind() == reflect.Slice || r.Kind() == reflect.Array:
		for i := 0; i < r.Len(); i++ {
			parts = append(parts, show(r.Index(i).Interface()))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case r.Kind() == reflect.Map:
		for _, key := range r.MapKeys() {
			parts = append(parts, show(key.Interface())+":"+show(r.MapIndex(key).Interface()))
		}
		sort.Strings(parts)
		return "{" + strings.Join(parts, ",") + "}"
	}
	return fmt.Sprintf("%T", v)
}

func message(err error) string {
	var located *file.Error
	if errors.As(err, &located) {
		return located.Message
	}
	return err.Error()
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
