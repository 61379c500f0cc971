# Prometheus is away for half a minute: what it cannot tell meanwhile says nothing, and the evidence is not lost
rollout web: 4 replicas, nginx, background compare, steps 20 / pause 5m
traffic 50/s
at 0s   release 2 errors 2%
at 20s  Prometheus fails for 30s
until rest
---
  0m00.0s    → release 2 errors 2%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 20
  0m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: errors = compared from now on
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: slow = compared from now on
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/2: pause: 5m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/2 for 5m
  0m20.0s    → Prometheus fails for 30s
  0m30.0s  ⚠ analysis web-5f4d4f4d74-2: errors could not be taken: sluice/compare: Post "http://prometheus.monitoring:9090/api/v1/query": dial tcp prometheus.monitoring:9090: connect: connection refused
  0m30.0s  ⚠ analysis web-5f4d4f4d74-2: slow could not be taken: sluice/compare: Post "http://prometheus.monitoring:9090/api/v1/query": dial tcp prometheus.monitoring:9090: connect: connection refused
  0m50.0s  ✔ analysis web-5f4d4f4d74-2: errors = 3 of 344 canary vs 0 of 2 186 stable requests failed; nothing failed on stable. Evidence 12 of 100 needed to roll back; undecided.
  0m50.0s  ✔ analysis web-5f4d4f4d74-2: slow = 0 of 344 canary vs 10 of 2 186 stable requests failed; canary ≈0.0x (95% 0.0–4.8x). Evidence 0.1 of 100 needed to roll back; undecided. A canary 2x as bad would take ≈17m 28s to show at this rate and weight.
  1m05.0s  ✖ analysis web-5f4d4f4d74-2: errors = rolled back — canary fails and stable does not: 7 of 482 vs 0 of 2 758 requests over 1m05s at 20%. Evidence 1 918, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 7.
  1m05.0s  ✖ analysis web-5f4d4f4d74-2: Failed
            errors: rolled back — canary fails and stable does not: 7 of 482 vs 0 of 2 758 requests over 1m05s at 20%. Evidence 1 918, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 7.
  1m05.0s  ✖ rolled back: Background analysis phase error/failed: Metric "errors" assessed Failed: rolled back — canary fails and stable does not: 7 of 482 vs 0 of 2 758 requests over 1m05s at 20%. Evidence 1 918, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 7.
  1m05.0s    weight of the new version: 20% → 0%
  1m35.0s    revision 2 has no pods
in the end: Degraded, rolled back: Background analysis phase error/failed: Metric "errors" assessed Failed: rolled back — canary fails and stable does not: 7 of 482 vs 0 of 2 758 requests over 1m05s at 20%. Evidence 1 918, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 7.; revision 1 has 4/4 pods, weight 0
8,636 requests, 9 failed
