# A release with much traffic goes on as soon as it is proven to be healthy
rollout web: 4 replicas, nginx, background compare, steps 20 / prove 30m / 60 / prove 30m
traffic 100/s
at 0s   release 1 errors 2%
at 5m   release 2 errors 2%
until rest
---
  0m00.0s    → release 1 errors 2%
  5m00.0s    → release 2 errors 2%
  5m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  5m00.0s    step 1/4: setWeight: 20
  5m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  5m00.0s  ✔ analysis web-5f4d4f4d74-2: errors = compared from now on
  5m00.0s  ✔ analysis web-5f4d4f4d74-2: slow = compared from now on
  5m00.6s    revision 2 has 1 pod
  5m00.6s    step 2/4: proof of health, at most 30m
  5m00.6s    weight of the new version: 0% → 20%
  5m00.6s  ◌ waiting for step 2/4 (prove): until the canary is proven to be healthy, at most until 2026-01-01T12:35:00Z
  6m30.0s    step 3/4: setWeight: 60
  6m30.7s    revision 2 has 3 pods
  6m30.7s    step 4/4: proof of health, at most 30m
  6m30.7s    weight of the new version: 20% → 60%
  6m30.7s  ◌ waiting for step 4/4 (prove): until the canary is proven to be healthy, at most until 2026-01-01T12:36:30Z
  7m00.4s    revision 2 has 4 pods
  7m00.4s  ✔ revision 2 is the stable version now
  7m00.4s  ✔ healthy: nothing is left to do
  7m00.4s  ✔ analysis web-5f4d4f4d74-2: Successful
  7m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
52,320 requests, 852 failed
