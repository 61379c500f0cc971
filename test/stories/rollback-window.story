# Undo within the rollback window: no steps
rollout web: 4 replicas, surge 1, unavailable 0, rollback window 2, steps 50 / pause 1m
at 0s   release 2
at 5m   undo
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m01.3s    revision 2 has 2 pods
  0m01.3s    revision 1 has 2 pods
  0m01.3s    step 2/2: pause: 1m
  0m01.3s  ॥ paused at step 2/2 for 1m
  1m01.9s    revision 2 has 4 pods
  1m01.9s  ✔ revision 2 is the stable version now
  1m01.9s    revision 1 has no pods
  1m01.9s  ✔ healthy: nothing is left to do
  5m00.0s    → undo
  5m00.0s  ◌ revision 3 is released: demo/web:2 → demo/web:1
  5m03.0s    revision 3 has 4 pods
  5m03.0s  ✔ revision 3 is the stable version now
  5m03.0s    revision 2 has no pods
  5m03.0s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods, weight 100
