# The controller is dead when a pause is over; the pause is not begun again
rollout web: 4 replicas, nginx, steps 20 / pause 30s / 60 / pause 30s
traffic 50/s
at 0s   release 2
at 20s  controller dies for 30s
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 30s
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 30s
  0m20.0s    → controller dies for 30s
  0m50.0s    step 3/4: setWeight: 60
  0m50.7s    revision 2 has 3 pods
  0m50.7s    step 4/4: pause: 30s
  0m50.7s    weight of the new version: 20% → 60%
  0m50.7s  ॥ paused at step 4/4 for 30s
  1m20.4s    revision 2 has 4 pods
  1m20.4s  ✔ revision 2 is the stable version now
  1m20.4s  ✔ healthy: nothing is left to do
  1m50.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
9,361 requests, 0 failed
