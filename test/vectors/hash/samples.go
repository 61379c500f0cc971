package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"reflect"
	"strings"
)

// sampler invents raw JSON for a Go type.
type sampler struct {
	mode    string // full: every field set; hollow: containers with empty members; zero: zero values; random
	counter int
	random  *rand.Rand
}

func (s *sampler) next() int {
	s.counter++
	return s.counter
}

func (s *sampler) value(t reflect.Type) any {
	if word, ok := special[t]; ok {
		return s.special(word)
	}
	switch t.Kind() {
	case reflect.String:
		return s.text()
	case reflect.Bool:
		return s.mode == "full" || s.mode == "random" && s.random.Intn(2) == 0
	case reflect.Int32, reflect.Int64, reflect.Int:
		return s.number()
	case reflect.Pointer:
		return s.value(t.Elem())
	case reflect.Slice:
		return s.list(t)
	case reflect.Map:
		return s.dictionary(t)
	case reflect.Struct:
		return s.object(t)
	}
	fail(fmt.Errorf("no sample for %v", t))
	return nil
}

func (s *sampler) object(t reflect.Type) map[string]any {
	result := map[string]any{}
	s.fill(t, result)
	return result
}

func (s *sampler) fill(t reflect.Type, into map[string]any) {
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous && name == "" {
			s.fill(field.Type, into)
			continue
		}
		if s.mode == "random" && s.random.Intn(100) >= s.chance(field.Type) {
			continue
		}
		if s.mode == "hollow" && isPlain(field.Type) {
			continue
		}
		into[name] = s.value(field.Type)
	}
}

// chance in percent that a field is there: large sources of volumes are rare so that samples stay small.
func (s *sampler) chance(t reflect.Type) int {
	if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct {
		return 9
	}
	return 30
}

func isPlain(t reflect.Type) bool {
	if _, ok := special[t]; ok {
		return true
	}
	switch t.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Map:
		return false
	case reflect.Pointer:
		return isPlain(t.Elem())
	}
	return true
}

func (s *sampler) list(t reflect.Type) any {
	size := 1
	switch s.mode {
	case "zero":
		size = 0
	case "random":
		size = s.random.Intn(3)
	}
	list := make([]any, size)
	for i := range list {
		list[i] = s.value(t.Elem())
	}
	return list
}

func (s *sampler) dictionary(t reflect.Type) any {
	result := map[string]any{}
	size := 2
	switch s.mode {
	case "zero":
		size = 0
	case "random":
		size = s.random.Intn(4)
	}
	for i := 0; i < size; i++ {
		result[fmt.Sprintf("%s%d", s.text(), s.next())] = s.value(t.Elem())
	}
	return result
}

var oddTexts = []string{
	"", "a", "b c", "<b>&'\"", "line\nfeed\ttab", "\u2028\u2029", "größe", "日本", "😀", "\ufffd", "\u007f", "\\", "\x00\x1f\b\f\r",
	"\ue000", "\uffff", "{{x}}", "0", "null",
}

func (s *sampler) text() string {
	switch s.mode {
	case "full":
		return fmt.Sprintf("s%d", s.next())
	case "random":
		return oddTexts[s.random.Intn(len(oddTexts))]
	}
	return ""
}

var oddNumbers = []int64{0, 1, -1, 7, 80, 420, 65535, 2147483647, -2147483648}

func (s *sampler) number() any {
	switch s.mode {
	case "full":
		return s.next()
	case "random":
		return oddNumbers[s.random.Intn(len(oddNumbers))]
	}
	return 0
}

var oddTimes = []string{"2026-08-01T10:20:30Z", "2026-08-01T10:20:30.987654Z", "2026-03-01T00:30:00+02:00", "1999-12-31T23:59:59-11:30"}
var oddRaws = []string{`{"b":1,"a":[null,true,1.5,"<x>"],"c":{}}`, `"text"`, `[]`, `{}`, `12`, `{"f:metadata":{"f:labels":{".":{},"f:app":{}}}}`}

func (s *sampler) special(word string) any {
	pick := func(n int) int {
		if s.mode == "random" {
			return s.random.Intn(n)
		}
		return s.next() % n
	}
	switch word {
	case "quantity":
		if s.mode == "zero" || s.mode == "hollow" {
			return "0"
		}
		return quantityTexts[pick(len(quantityTexts))]
	case "intorstring":
		if s.mode == "zero" || s.mode == "hollow" {
			return 0
		}
		if pick(2) == 0 {
			return s.text()
		}
		return s.number()
	case "time":
		return oddTimes[pick(len(oddTimes))]
	case "raw":
		return json.RawMessage(oddRaws[pick(len(oddRaws))])
	}
	fail(fmt.Errorf("no sample for %s", word))
	return nil
}

var quantityTexts = []string{"1", "500m", "0.5", "1Gi", "1.5Gi", "1024Ki", "1e3", "100M", "2000", "0.0001", "+5", "00100m", "1.500", "3Ti", "0"}
