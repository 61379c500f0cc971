# A controller that dies in the middle of an experiment makes no second one
rollout web: 4 replicas, steps experiment errors for 2m / 50 / pause 10s
traffic 50/s
at 0s   release 2
at 20s  controller dies for 15s
at 1m   controller dies for 15s
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/3: experiment
  0m00.6s  ◌ analysis web-5f4d4f4d74-2-0-errors begins
  0m20.0s    → controller dies for 15s
  0m35.0s  ✔ analysis web-5f4d4f4d74-2-0-errors: errors = []
  0m55.0s  ✔ analysis web-5f4d4f4d74-2-0-errors: Successful
  1m00.0s    → controller dies for 15s
  2m00.0s    step 2/3: setWeight: 50
  2m00.4s    revision 1 has 2 pods
  2m00.5s    revision 2 has 2 pods
  2m00.5s    step 3/3: pause: 10s
  2m00.5s  ॥ paused at step 3/3 for 10s
  2m10.8s    revision 1 has no pods
  2m10.9s    revision 2 has 4 pods
  2m10.9s  ✔ revision 2 is the stable version now
  2m10.9s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
10,148 requests, 37 failed (unserved: 37 Service default/web has a pod that takes no connections)
