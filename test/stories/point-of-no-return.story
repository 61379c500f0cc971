# After a migration nothing goes back by itself: a person looks, and goes on
rollout web: 4 replicas, nginx, steps migration sleep 20 / 25 / analysis errors / pause 10s
traffic 50/s
at 0s   release 2 errors 30%
at 5m   promote
---
  0m00.0s    → release 2 errors 30%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: a Job, behind which nothing goes back by itself
  0m00.0s  ◌ waiting for step 1/4 (job): Job web-5f4d4f4d74-1-1 is running
  0m20.6s    step 2/4: setWeight: 25
  0m21.1s    revision 2 has 1 pod
  0m21.1s    step 3/4: analysis
  0m21.1s    weight of the new version: 0% → 25%
  0m21.1s  ◌ analysis web-5f4d4f4d74-2-2 (step 3) begins
  0m51.0s  ✖ analysis web-5f4d4f4d74-2-2: errors = 0.28826 (bad)
  0m51.0s  ✖ analysis web-5f4d4f4d74-2-2 (step 3): Failed
            errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.28826 (bad) at 12:00:51 UTC
  0m51.0s  ॥ paused behind a point of no return: Step-based analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)
  5m00.0s    → promote
  5m00.0s    step 4/4: pause: 10s
  5m00.0s  ॥ paused at step 4/4 for 10s
  5m10.7s    revision 2 has 4 pods
  5m10.7s  ✔ revision 2 is the stable version now
  5m10.7s  ✔ healthy: nothing is left to do
  5m40.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
20,998 requests, 1,852 failed
