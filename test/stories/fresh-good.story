# A canary that is as good as a fresh copy of the stable version is promoted
rollout web: 4 replicas, gateway, background fresh, steps 20 / pause 2m / 60 / pause 2m
traffic 100/s
at 0s   release 2
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 2m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 2m
  0m18.0s  ✔ analysis web-5f4d4f4d74-2: errors = the fresh baseline is there, and compared with from the next look on
  2m00.0s    step 3/4: setWeight: 60
  2m00.7s    revision 2 has 3 pods
  2m00.7s    step 4/4: pause: 2m
  2m00.7s    weight of the new version: 20% → 60%
  2m00.7s  ॥ paused at step 4/4 for 2m
  4m00.5s    revision 2 has 4 pods
  4m00.5s  ✔ revision 2 is the stable version now
  4m00.5s  ✔ healthy: nothing is left to do
  4m00.5s  ✔ analysis web-5f4d4f4d74-2: Successful
  4m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
34,683 requests, 0 failed
