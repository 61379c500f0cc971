// Program hashvectors prints what the TypeScript side is compared with. It is built on the same libraries as the
// original controller: k8s.io/api and k8s.io/apimachinery 0.34 and the API types of Argo Rollouts.
//
//	go run . schema > ../../../src/core/hash/go-types.ts    the Go types as a table of fields
//	go run . templates > templates.json                     pod templates, their JSON in Go, their hash
//	go run . steps > steps.json                             canary steps, their JSON in Go, their hash
//	go run . quantities > quantities.json                   spellings of quantities and their canonical form
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: go run . schema|templates|steps|quantities"))
	}
	switch os.Args[1] {
	case "schema":
		printSchema()
	case "templates":
		printTemplates()
	case "steps":
		printSteps()
	case "quantities":
		printQuantities()
	default:
		fail(fmt.Errorf("unknown output %q", os.Args[1]))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "hashvectors:", err)
	os.Exit(1)
}
