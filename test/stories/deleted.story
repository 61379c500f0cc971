# A rollout is deleted in the middle of a release
rollout web: 4 replicas, nginx, steps 20 / pause
at 0s   release 2
at 1m   delete rollout
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/2: pause
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/2 until somebody promotes
  1m00.0s    → delete rollout
  1m00.0s  • the rollout is gone
in the end: no rollout, no pods
