# The old version is put back after an abort: the rollout is healthy again
rollout web: 4 replicas, nginx, steps 20 / pause
at 0s   release 2
at 1m   abort
at 3m   undo
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/2: pause
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/2 until somebody promotes
  1m00.0s    → abort
  1m00.0s  ✖ rolled back: somebody aborted the update
  1m00.0s    weight of the new version: 20% → 0%
  1m30.0s    revision 2 has no pods
  3m00.0s    → undo
  3m00.0s  ◌ back to the stable version, revision 3 (demo/web:1)
  3m00.0s  ✔ healthy: nothing is left to do
  3m00.0s    event SkipSteps: Rollback to stable ReplicaSets
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods, weight 100
