// Program hashdefaults reads the pod templates of templates.json and prints them as they are after the defaulting
// that the API server does: go run . < ../templates.json > ../defaults.json
package main

import (
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	defaults "k8s.io/kubernetes/pkg/apis/core/v1"
)

type input struct {
	Name   string          `json:"name"`
	Stored json.RawMessage `json:"stored"`
}

type output struct {
	Name      string                  `json:"name"`
	Defaulted *corev1.PodTemplateSpec `json:"defaulted"`
}

func main() {
	var inputs []input
	check(json.NewDecoder(os.Stdin).Decode(&inputs))
	for i, in := range inputs {
		var object map[string]any
		check(utiljson.Unmarshal(in.Stored, &object))
		var template corev1.PodTemplateSpec
		// A template that cannot be read as a whole tells nothing about defaults.
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object, &template); err != nil {
			continue
		}
		holder := corev1.PodTemplate{Template: template}
		defaults.SetObjectDefaults_PodTemplate(&holder)
		text, err := json.Marshal(output{in.Name, &holder.Template})
		check(err)
		start := ","
		if i == 0 {
			start = "["
		}
		fmt.Printf("%s%s\n", start, text)
	}
	fmt.Println("]")
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "hashdefaults:", err)
		os.Exit(1)
	}
}
