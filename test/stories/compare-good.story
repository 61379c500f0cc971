# A canary that is as good as the stable version is promoted; its evidence outlives its controller
rollout web: 4 replicas, nginx, background compare, steps 20 / pause 2m / 60 / pause 2m
traffic 100/s
at 0s   release 2
at 1m   controller dies for 30s
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: errors = compared from now on
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: slow = compared from now on
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 2m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 2m
  1m00.0s    → controller dies for 30s
  2m00.0s    step 3/4: setWeight: 60
  2m00.7s    revision 2 has 3 pods
  2m00.7s    step 4/4: pause: 2m
  2m00.7s    weight of the new version: 20% → 60%
  2m00.7s  ॥ paused at step 4/4 for 2m
  4m00.4s    revision 2 has 4 pods
  4m00.4s  ✔ revision 2 is the stable version now
  4m00.4s  ✔ healthy: nothing is left to do
  4m00.4s  ✔ analysis web-5f4d4f4d74-2: Successful
  4m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
34,628 requests, 0 failed
