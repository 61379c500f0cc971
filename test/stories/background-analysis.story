# A background analysis rolls back at whatever step the release is
rollout web: 4 replicas, nginx, background errors from step 2, steps 20 / pause 5m / 60 / pause 5m
traffic 50/s
at 0s   release 2 errors 30%
---
  0m00.0s    → release 2 errors 30%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 5m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 5m
  0m00.6s  ◌ analysis web-5f4d4f4d74-2 begins
  0m30.0s  ✖ analysis web-5f4d4f4d74-2: errors = 0.27458 (bad)
  0m30.0s  ✖ analysis web-5f4d4f4d74-2: Failed
            errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.27458 (bad) at 12:00:30 UTC
  0m30.0s  ✖ rolled back: Background analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)
  0m30.0s    weight of the new version: 20% → 0%
  1m00.0s    revision 2 has no pods
in the end: Degraded, rolled back: Background analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0); revision 1 has 4/4 pods, weight 0
6,824 requests, 81 failed
