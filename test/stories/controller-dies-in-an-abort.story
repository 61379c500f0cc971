# The controller is killed right after an abort; the next one takes the traffic back
rollout web: 4 replicas, nginx, steps 50 / pause
traffic 50/s
at 0s      release 2
at 60s     abort
at 60.001s controller dies for 20s
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.6s    revision 2 has 2 pods
  0m00.6s    step 2/2: pause
  0m00.6s    weight of the new version: 0% → 50%
  0m00.6s  ॥ paused at step 2/2 until somebody promotes
  1m00.0s    → abort
  1m00.0s    → controller dies for 20s
  1m00.0s  ✖ rolled back: somebody aborted the update
  1m20.0s    weight of the new version: 50% → 0%
  1m50.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods, weight 0
9,382 requests, 0 failed
