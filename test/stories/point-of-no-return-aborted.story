# Behind a point of no return a person may still go back, and a later release goes on as usual
rollout web: 4 replicas, nginx, steps migration sleep 20 / 25 / analysis errors / pause 10s
traffic 50/s
at 0s   release 2 errors 30%
at 5m   abort
at 6m   release 3
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
  5m00.0s    → abort
  5m00.0s  ✖ rolled back: somebody aborted the update
  5m00.0s    weight of the new version: 25% → 0%
  5m30.0s    revision 2 has no pods
  6m00.0s    → release 3
  6m00.0s  ◌ revision 3 is released: demo/web:1 → demo/web:3
  6m00.0s    step 1/4: a Job, behind which nothing goes back by itself
  6m00.0s  ◌ waiting for step 1/4 (job): Job web-6b444d68f9-1-1 is running
  6m20.5s    step 2/4: setWeight: 25
  6m21.3s    revision 3 has 1 pod
  6m21.3s    step 3/4: analysis
  6m21.3s    weight of the new version: 0% → 25%
  6m21.3s  ◌ analysis web-6b444d68f9-3-2 (step 3) begins
  6m51.0s  ✔ analysis web-6b444d68f9-3-2: errors = []
  7m11.0s  ✔ analysis web-6b444d68f9-3-2 (step 3): Successful
  7m11.0s    step 4/4: pause: 10s
  7m11.0s  ॥ paused at step 4/4 for 10s
  7m21.8s    revision 3 has 4 pods
  7m21.8s  ✔ revision 3 is the stable version now
  7m21.8s  ✔ healthy: nothing is left to do
  7m51.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods, weight 100
27,463 requests, 1,097 failed
