# The old version is put back in the middle of a release: no steps
rollout web: 4 replicas, nginx, steps 20 / pause 1m / 60 / pause
traffic 50/s
at 0s   release 2
at 2m   release 1
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 1m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 1m
  1m00.0s    step 3/4: setWeight: 60
  1m00.7s    revision 2 has 3 pods
  1m00.7s    step 4/4: pause
  1m00.7s    weight of the new version: 20% → 60%
  1m00.7s  ॥ paused at step 4/4 until somebody promotes
  2m00.0s    → release 1
  2m00.0s  ◌ back to the stable version, revision 3 (demo/web:1)
  2m00.0s  ✔ healthy: nothing is left to do
  2m00.0s    event SkipSteps: Rollback to stable ReplicaSets
  2m00.0s    weight of the new version: 60% → 0%
  2m30.0s    revision 2 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods, weight 100
11,527 requests, 0 failed
