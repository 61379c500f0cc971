# A release that nobody uses is not promoted blindly: a person has to
rollout web: 2 replicas, nginx, background compare, steps 50 / prove 5m
traffic 1/s
at 0s   release 2
at 6m   promote
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: errors = compared from now on
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: slow = compared from now on
  0m00.4s    revision 2 has 1 pod
  0m00.4s    step 2/2: proof of health, at most 5m
  0m00.4s    weight of the new version: 0% → 50%
  0m00.4s  ◌ waiting for step 2/2 (prove): until the canary is proven to be healthy, at most until 2026-01-01T12:05:00Z
  5m00.0s  ◌ waiting for step 2/2 (prove): not proven to be healthy within 5m: people decide
  6m00.0s    → promote
  6m00.9s    revision 2 has 2 pods
  6m00.9s  ✔ revision 2 is the stable version now
  6m00.9s  ✔ healthy: nothing is left to do
  6m00.9s  ✔ analysis web-5f4d4f4d74-2: Successful
  6m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 2/2 pods, weight 100
452 requests, 0 failed
