# A small weight has two pods all the same
rollout web: 6 replicas, nginx, at least 2 pods, steps 5 / pause 30s / 50 / pause 30s
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 5
  0m00.7s    revision 2 has 2 pods
  0m00.7s    step 2/4: pause: 30s
  0m00.7s    weight of the new version: 0% → 5%
  0m00.7s  ॥ paused at step 2/4 for 30s
  0m30.0s    step 3/4: setWeight: 50
  0m30.5s    revision 2 has 3 pods
  0m30.5s    step 4/4: pause: 30s
  0m30.5s    weight of the new version: 5% → 50%
  0m30.5s  ॥ paused at step 4/4 for 30s
  1m00.8s    revision 2 has 6 pods
  1m00.8s  ✔ revision 2 is the stable version now
  1m00.8s  ✔ healthy: nothing is left to do
  1m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 6/6 pods, weight 100
