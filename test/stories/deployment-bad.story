# A bad image in the Deployment is rolled back by the analysis; the Deployment keeps the image
rollout web: 4 replicas, of a deployment onsuccess, nginx, steps 25 / analysis errors / 50 / pause 30s
traffic 50/s
at 0s   release 2 errors 50%
---
  0m00.0s    → release 2 errors 50%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 25
  0m00.9s    revision 2 has 1 pod
  0m00.9s    step 2/4: analysis
  0m00.9s    weight of the new version: 0% → 25%
  0m00.9s  ◌ analysis web-766885d9f9-2-1 (step 2) begins
  0m30.0s  ✖ analysis web-766885d9f9-2-1: errors = 0.49862 (bad)
  0m30.0s  ✖ analysis web-766885d9f9-2-1 (step 2): Failed
            errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.49862 (bad) at 12:00:30 UTC
  0m30.0s  ✖ rolled back: Step-based analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)
  0m30.0s    weight of the new version: 25% → 0%
  1m00.0s    revision 2 has no pods
in the end: Degraded, rolled back: Step-based analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0); revision 1 has 4/4 pods, weight 0
6,829 requests, 181 failed
