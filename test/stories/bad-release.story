# A bad release is rolled back by its analysis
rollout web: 4 replicas, nginx, steps 20 / pause 30s / analysis errors / 60 / pause
traffic 50/s
at 0s   release 2 errors 30%
at 5m   release 3
until rest
---
  0m00.0s    → release 2 errors 30%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/5: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/5: pause: 30s
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/5 for 30s
  0m30.0s    step 3/5: analysis
  0m30.0s  ◌ analysis web-5f4d4f4d74-2-2 (step 3) begins
  1m00.0s  ✖ analysis web-5f4d4f4d74-2-2: errors = 0.25795 (bad)
  1m00.0s  ✖ analysis web-5f4d4f4d74-2-2 (step 3): Failed
            errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.25795 (bad) at 12:01:00 UTC
  1m00.0s  ✖ rolled back: Step-based analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)
  1m00.0s    weight of the new version: 20% → 0%
  1m30.0s    revision 2 has no pods
  5m00.0s    → release 3
  5m00.0s  ◌ revision 3 is released: demo/web:1 → demo/web:3
  5m00.0s    step 1/5: setWeight: 20
  5m00.4s    revision 3 has 1 pod
  5m00.4s    step 2/5: pause: 30s
  5m00.4s    weight of the new version: 0% → 20%
  5m00.4s  ॥ paused at step 2/5 for 30s
  5m30.0s    step 3/5: analysis
  5m30.0s  ◌ analysis web-6b444d68f9-3-2 (step 3) begins
  6m00.0s  ✔ analysis web-6b444d68f9-3-2: errors = []
  6m20.0s  ✔ analysis web-6b444d68f9-3-2 (step 3): Successful
  6m20.0s    step 4/5: setWeight: 60
  6m20.8s    revision 3 has 3 pods
  6m20.8s    step 5/5: pause
  6m20.8s    weight of the new version: 20% → 60%
  6m20.8s  ॥ paused at step 5/5 until somebody promotes
in the end: Paused, paused at step 5/5 until somebody promotes; revision 3 has 3/3 pods, revision 1 has 4/4 pods, weight 60
22,925 requests, 154 failed
