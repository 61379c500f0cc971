module sluice.example/jsonpath-oracle

go 1.26

require k8s.io/client-go v0.35.4
