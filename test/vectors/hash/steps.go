package main

import (
	"fmt"
	"math/rand"
	"reflect"

	rollouts "github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
)

// printSteps writes vectors whose `stored` is an object with the steps in `steps`.
func printSteps() {
	var vectors []vector
	decodeSteps := func(raw string) any {
		return decode(raw, func() any { return new(rollouts.CanaryStrategy) }).(*rollouts.CanaryStrategy).Steps
	}
	var inputs []named
	for _, mode := range []string{"full", "hollow", "zero"} {
		s := &sampler{mode: mode}
		inputs = append(inputs, named{"every field, " + mode, `{"steps":` + toJSON(s.value(reflect.TypeOf([]rollouts.CanaryStep{{}}))) + `}`})
	}
	inputs = append(inputs, oddSteps()...)
	for _, input := range inputs {
		vectors = append(vectors, newVector(input, decodeSteps(input.raw), true))
	}
	for seed := int64(1); seed <= 40; seed++ {
		s := &sampler{mode: "random", random: rand.New(rand.NewSource(seed))}
		input := named{fmt.Sprintf("random %d", seed), `{"steps":` + toJSON(s.value(reflect.TypeOf([]rollouts.CanaryStep{{}}))) + `}`}
		vectors = append(vectors, newVector(input, decodeSteps(input.raw), false))
	}
	printLines(vectors)
}

func oddSteps() []named {
	return []named{
		{"absent", `{}`},
		{"null", `{"steps":null}`},
		{"empty", `{"steps":[]}`},
		{"an empty step", `{"steps":[{}]}`},
		{"a null step", `{"steps":[null]}`},
		{"weight zero", `{"steps":[{"setWeight":0}]}`},
		{"weight null", `{"steps":[{"setWeight":null}]}`},
		{"weight as text", `{"steps":[{"setWeight":"20"}]}`},
		{"pause null", `{"steps":[{"pause":null}]}`},
		{"pause of a number", `{"steps":[{"pause":{"duration":30}}]}`},
		{"pause of text", `{"steps":[{"pause":{"duration":"1h30m"}}]}`},
		{"pause null duration", `{"steps":[{"pause":{"duration":null}}]}`},
		{"two kinds in a step", `{"steps":[{"pause":{},"setWeight":5,"analysis":{}}]}`},
		{"unknown fields", `{"steps":[{"setWeight":5,"future":1,"pause":{"future":2}}]}`},
		{"plugin without config", `{"steps":[{"plugin":{"name":"a/b"}}]}`},
		{"plugin with null config", `{"steps":[{"plugin":{"name":"a/b","config":null}}]}`},
		{"plugin with config", `{"steps":[{"plugin":{"name":"a/b","config":{"z":1,"a":[1.0,0.5,1e21,1e-7,-0,true,null,"<&>"],"😀":1,"\uffff":2,"n":123456789012}}}]}`},
		{"plugin with text", `{"steps":[{"plugin":{"name":"a/b","config":"text"}}]}`},
		{"plugin with empty config", `{"steps":[{"plugin":{"name":"a/b","config":{}}},{"plugin":{"name":"a/b","config":[]}},{"plugin":{"name":"a/b","config":""}},{"plugin":{"name":"a/b","config":0}}]}`},
		{"header route", `{"steps":[{"setHeaderRoute":{"match":[{"headerName":"a","headerValue":{"regex":".*","exact":"x","prefix":"p"}}],"name":"n"}}]}`},
		{"header without a value", `{"steps":[{"setHeaderRoute":{"match":[{"headerName":"a"}],"name":""}}]}`},
		{"mirror route", `{"steps":[{"setMirrorRoute":{"name":"m","percentage":0,"match":[{"headers":{"b":{"exact":"1"},"a":{}},"method":{"exact":"GET"}}]}}]}`},
		{"canary scale", `{"steps":[{"setCanaryScale":{}},{"setCanaryScale":{"weight":0,"replicas":0,"matchTrafficWeight":false}}]}`},
		{"experiment", `{"steps":[{"experiment":{"templates":[{"name":"a","specRef":"stable","replicas":0,"service":{},"selector":{}}],"duration":"","analyses":[]}}]}`},
		{"experiment without templates", `{"steps":[{"experiment":{}}]}`},
		{"analysis", `{"steps":[{"analysis":{"templates":[{"templateName":"t","clusterScope":false}],"args":[{"name":"n","value":""},{"name":"m","valueFrom":{}}],"dryRun":[],"analysisRunMetadata":{}}}]}`},
	}
}
