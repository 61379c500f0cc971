# Undo after a finished release: the old version takes all steps
rollout web: 4 replicas, nginx, steps 50 / pause 1m
at 0s   release 2
at 5m   undo
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.6s    revision 2 has 2 pods
  0m00.6s    step 2/2: pause: 1m
  0m00.6s    weight of the new version: 0% → 50%
  0m00.6s  ॥ paused at step 2/2 for 1m
  1m00.7s    revision 2 has 4 pods
  1m00.7s  ✔ revision 2 is the stable version now
  1m00.7s  ✔ healthy: nothing is left to do
  1m30.0s    revision 1 has no pods
  5m00.0s    → undo
  5m00.0s  ◌ revision 3 is released: demo/web:2 → demo/web:1
  5m00.0s    step 1/2: setWeight: 50
  5m00.8s    revision 3 has 2 pods
  5m00.9s    step 2/2: pause: 1m
  5m00.9s    weight of the new version: 0% → 50%
  5m00.9s  ॥ paused at step 2/2 for 1m
  6m00.5s    revision 3 has 4 pods
  6m00.5s  ✔ revision 3 is the stable version now
  6m00.5s  ✔ healthy: nothing is left to do
  6m30.0s    revision 2 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods, weight 100
