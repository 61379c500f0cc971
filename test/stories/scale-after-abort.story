# The rollout is scaled while an abort is under way
rollout web: 4 replicas, nginx, keeps aborted pods 120s, steps 50 / pause
traffic 50/s
at 0s   release 2
at 1m   abort
at 90s  scale 6
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.6s    revision 2 has 2 pods
  0m00.6s    step 2/2: pause
  0m00.6s    weight of the new version: 0% → 50%
  0m00.6s  ॥ paused at step 2/2 until somebody promotes
  1m00.0s    → abort
  1m00.0s  ✖ rolled back: somebody aborted the update
  1m00.0s    weight of the new version: 50% → 0%
  1m30.0s    → scale 6
  1m30.7s    revision 1 has 6 pods
  3m00.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 6/6 pods, weight 0
12,878 requests, 0 failed
