//go:build tools

// Package loki names the program that is built here, so that go.mod and go.sum hold all that it needs.
package loki

import _ "github.com/grafana/loki/cmd/loki"
