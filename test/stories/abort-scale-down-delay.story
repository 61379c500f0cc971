# The pods of an aborted version are kept for a while
rollout web: 4 replicas, nginx, keeps aborted pods 120s, steps 50 / pause
at 0s   release 2
at 1m   abort
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
  3m00.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods, weight 0
