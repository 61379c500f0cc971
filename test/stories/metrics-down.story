# Prometheus fails for longer than an analysis puts up with
rollout web: 4 replicas, nginx, steps 20 / analysis errors / 60 / pause 30s
traffic 50/s
at 0s   release 2
at 5s   Prometheus fails for 10m
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: analysis
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ◌ analysis web-5f4d4f4d74-2-1 (step 2) begins
  0m05.0s    → Prometheus fails for 10m
  0m30.0s  ⚠ analysis web-5f4d4f4d74-2-1: errors could not be taken: Post "http://prometheus.monitoring:9090/api/v1/query": dial tcp prometheus.monitoring:9090: connect: connection refused
  1m10.0s  ⚠ analysis web-5f4d4f4d74-2-1 (step 2): Error
            errors could not be measured 5 times in a row (limit 4), the last at 12:01:10 UTC: Post "http://prometheus.monitoring:9090/api/v1/query": dial tcp prometheus.monitoring:9090: connect: connection refused
  1m10.0s  ✖ rolled back: Step-based analysis phase error/failed: Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: Post "http://prometheus.monitoring:9090/api/v1/query": dial tcp prometheus.monitoring:9090: connect: connection refused"
  1m10.0s    weight of the new version: 20% → 0%
  1m40.0s    revision 2 has no pods
in the end: Degraded, rolled back: Step-based analysis phase error/failed: Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: Post "http://prometheus.monitoring:9090/api/v1/query": dial tcp prometheus.monitoring:9090: connect: connection refused"; revision 1 has 4/4 pods, weight 0
8,831 requests, 0 failed
