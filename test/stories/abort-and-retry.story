# Somebody aborts a release, and tries it again later
rollout web: 4 replicas, nginx, steps 20 / pause 1m / 60 / pause 1m
traffic 50/s
at 0s   release 2
at 30s  abort
at 5m   retry
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 1m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 1m
  0m30.0s    → abort
  0m30.0s  ✖ rolled back: somebody aborted the update
  0m30.0s    weight of the new version: 20% → 0%
  1m00.0s    revision 2 has no pods
  5m00.0s    → retry
  5m00.0s    step 1/4: setWeight: 20
  5m00.4s    revision 2 has 1 pod
  5m00.4s    step 2/4: pause: 1m
  5m00.4s    weight of the new version: 0% → 20%
  5m00.4s  ॥ paused at step 2/4 for 1m
  6m00.0s    step 3/4: setWeight: 60
  6m00.8s    revision 2 has 3 pods
  6m00.8s    step 4/4: pause: 1m
  6m00.8s    weight of the new version: 20% → 60%
  6m00.8s  ॥ paused at step 4/4 for 1m
  7m00.4s    revision 2 has 4 pods
  7m00.4s  ✔ revision 2 is the stable version now
  7m00.4s  ✔ healthy: nothing is left to do
  7m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
26,531 requests, 0 failed
