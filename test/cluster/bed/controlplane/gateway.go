// Package controlplane pins the Gateway API, whose CRDs the test bed takes out of the module cache.
package controlplane

import _ "sigs.k8s.io/gateway-api/apis/v1"
