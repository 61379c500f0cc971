# Two rollouts side by side: a bad one does not disturb a good one
rollout web: 4 replicas, nginx, steps 20 / pause 30s / analysis errors
rollout shop: 3 replicas, gateway, steps 50 / pause 30s / analysis errors
traffic 50/s
at 0s   web release 2 errors 30%
at 5s   shop release 2
---
  0m00.0s  web      → release 2 errors 30%
  0m00.0s  web    ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s  web      step 1/3: setWeight: 20
  0m00.4s  web      revision 2 has 1 pod
  0m00.4s  web      step 2/3: pause: 30s
  0m00.4s  web      weight of the new version: 0% → 20%
  0m00.4s  web    ॥ paused at step 2/3 for 30s
  0m05.0s  shop     → release 2
  0m05.0s  shop   ◌ revision 2 is released: demo/shop:1 → demo/shop:2
  0m05.0s  shop     step 1/3: setWeight: 50
  0m05.8s  shop     revision 2 has 2 pods
  0m05.8s  shop     step 2/3: pause: 30s
  0m05.8s  shop     weight of the new version: 0% → 50%
  0m05.8s  shop   ॥ paused at step 2/3 for 30s
  0m30.0s  web      step 3/3: analysis
  0m30.0s  web    ◌ analysis web-5f4d4f4d74-2-2 (step 3) begins
  0m35.0s  shop     step 3/3: analysis
  0m35.0s  shop   ◌ analysis shop-59b9595f5b-2-2 (step 3) begins
  1m00.0s  web    ✖ analysis web-5f4d4f4d74-2-2: errors = 0.34028 (bad)
  1m00.0s  web    ✖ analysis web-5f4d4f4d74-2-2 (step 3): Failed
            errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.34028 (bad) at 12:01:00 UTC
  1m00.0s  web    ✖ rolled back: Step-based analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)
  1m00.0s  web      weight of the new version: 20% → 0%
  1m05.0s  shop   ✔ analysis shop-59b9595f5b-2-2: errors = []
  1m25.0s  shop   ✔ analysis shop-59b9595f5b-2-2 (step 3): Successful
  1m25.4s  shop     revision 2 has 3 pods
  1m25.4s  shop   ✔ revision 2 is the stable version now
  1m25.4s  shop   ✔ healthy: nothing is left to do
  1m30.0s  web      revision 2 has no pods
  1m55.0s  shop     revision 1 has no pods
in the end: shop: Healthy, healthy: nothing is left to do; revision 2 has 3/3 pods, weight 100
in the end: web: Degraded, rolled back: Step-based analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0); revision 1 has 4/4 pods, weight 0
19,106 requests, 191 failed
