# A version that answers without errors, but slowly
rollout web: 4 replicas, gateway, steps 20 / analysis latency / 60 / pause 30s
traffic 50/s
at 0s   release 2 latency 2s
---
  0m00.0s    → release 2 latency 2s
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: analysis
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ◌ analysis web-5f4d4f4d74-2-1 (step 2) begins
  0m30.0s  ✖ analysis web-5f4d4f4d74-2-1: latency = 4.5257 (bad)
  0m30.0s  ✖ analysis web-5f4d4f4d74-2-1 (step 2): Failed
            latency failed 1 of 1 measurement (limit 0); expected len(result) > 0 && result[0] < 0.5; measured 4.5257 (bad) at 12:00:30 UTC
  0m30.0s  ✖ rolled back: Step-based analysis phase error/failed: Metric "latency" assessed Failed due to failed (1) > failureLimit (0)
  0m30.0s    weight of the new version: 20% → 0%
  1m00.0s    revision 2 has no pods
in the end: Degraded, rolled back: Step-based analysis phase error/failed: Metric "latency" assessed Failed due to failed (1) > failureLimit (0); revision 1 has 4/4 pods, weight 0
6,860 requests, 0 failed
