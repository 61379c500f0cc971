# A canary that fails more often than the stable version is rolled back, though its controller dies meanwhile
rollout web: 4 replicas, nginx, background compare, steps 20 / pause 5m / 60 / pause 5m
traffic 50/s
at 0s   release 2 errors 2%
at 40s  controller dies for 30s
until rest
---
  0m00.0s    → release 2 errors 2%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: errors = compared from now on
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: slow = compared from now on
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 5m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 5m
  0m40.0s    → controller dies for 30s
  1m10.0s  ✖ analysis web-5f4d4f4d74-2: errors = rolled back — canary fails and stable does not: 7 of 523 vs 0 of 2 949 requests over 1m10s at 20%. Evidence 1 947, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 7.
  1m10.0s  ✖ analysis web-5f4d4f4d74-2: Failed
            errors: rolled back — canary fails and stable does not: 7 of 523 vs 0 of 2 949 requests over 1m10s at 20%. Evidence 1 947, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 7.
  1m10.0s  ✖ rolled back: Background analysis phase error/failed: Metric "errors" assessed Failed: rolled back — canary fails and stable does not: 7 of 523 vs 0 of 2 949 requests over 1m10s at 20%. Evidence 1 947, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 7.
  1m10.0s    weight of the new version: 20% → 0%
  1m40.0s    revision 2 has no pods
in the end: Degraded, rolled back: Background analysis phase error/failed: Metric "errors" assessed Failed: rolled back — canary fails and stable does not: 7 of 523 vs 0 of 2 949 requests over 1m10s at 20%. Evidence 1 947, limit 100 (chance of this in a healthy release < 1%). Extra failed requests: 7.; revision 1 has 4/4 pods, weight 0
8,851 requests, 10 failed
