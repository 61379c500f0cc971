# The pods of the old version are kept for a while
rollout web: 4 replicas, nginx, keeps old pods 120s, steps 50 / pause 30s
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.6s    revision 2 has 2 pods
  0m00.6s    step 2/2: pause: 30s
  0m00.6s    weight of the new version: 0% → 50%
  0m00.6s  ॥ paused at step 2/2 for 30s
  0m30.7s    revision 2 has 4 pods
  0m30.7s  ✔ revision 2 is the stable version now
  0m30.7s  ✔ healthy: nothing is left to do
  2m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
