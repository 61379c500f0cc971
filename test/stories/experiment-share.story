# An experiment gets a share of the traffic of its own, and is bad: nobody else has seen the new version
rollout web: 4 replicas, gateway, steps experiment errors for 2m with 10% / 50 / pause 10s
traffic 50/s
at 0s   release 2 errors 30%
until rest
---
  0m00.0s    → release 2 errors 30%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/3: experiment
  0m00.6s  ◌ analysis web-5f4d4f4d74-2-0-errors begins
  0m30.0s  ✖ analysis web-5f4d4f4d74-2-0-errors: errors = 0.23353 (bad)
  0m30.0s  ✖ analysis web-5f4d4f4d74-2-0-errors: Failed
            errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.23353 (bad) at 12:00:30 UTC
  0m30.0s  ✖ rolled back: Experiment analysis phase is error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)
in the end: Degraded, rolled back: Experiment analysis phase is error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0); revision 1 has 4/4 pods, weight 0
5,279 requests, 35 failed
