# A router that cannot send it a share: nothing is promoted
rollout web: 4 replicas, nginx, background fresh, steps 25 / pause 3m
traffic 100/s
at 0s   release 2
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 25
  0m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  0m00.0s  ⚠ analysis web-5f4d4f4d74-2: errors could not be taken: sluice/compare: baseline: the traffic router cannot send a share to a fresh copy: nginx
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/2: pause: 3m
  0m00.6s    weight of the new version: 0% → 25%
  0m00.6s  ॥ paused at step 2/2 for 3m
  0m40.0s  ⚠ analysis web-5f4d4f4d74-2: Error
            errors could not be measured 5 times in a row (limit 4), the last at 12:00:40 UTC: sluice/compare: baseline: the traffic router cannot send a share to a fresh copy: nginx
  0m40.0s  ✖ rolled back: Background analysis phase error/failed: Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: sluice/compare: baseline: the traffic router cannot send a share to a fresh copy: nginx"
  0m40.0s    weight of the new version: 25% → 0%
  1m10.0s    revision 2 has no pods
in the end: Degraded, rolled back: Background analysis phase error/failed: Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: sluice/compare: baseline: the traffic router cannot send a share to a fresh copy: nginx"; revision 1 has 4/4 pods, weight 0
14,601 requests, 0 failed
