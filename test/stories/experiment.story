# An experiment runs a pod of each version beside the release, and the release goes on when it was good
rollout web: 4 replicas, steps experiment errors for 1m / 50 / pause 10s
traffic 50/s
at 0s   release 2
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/3: experiment
  0m00.6s  ◌ analysis web-5f4d4f4d74-2-0-errors begins
  0m30.0s  ✔ analysis web-5f4d4f4d74-2-0-errors: errors = []
  0m50.0s  ✔ analysis web-5f4d4f4d74-2-0-errors: Successful
  1m00.0s    step 2/3: setWeight: 50
  1m00.4s    revision 1 has 2 pods
  1m00.5s    revision 2 has 2 pods
  1m00.5s    step 3/3: pause: 10s
  1m00.5s  ॥ paused at step 3/3 for 10s
  1m10.8s    revision 1 has no pods
  1m10.9s    revision 2 has 4 pods
  1m10.9s  ✔ revision 2 is the stable version now
  1m10.9s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
7,139 requests, 26 failed (unserved: 26 Service default/web has a pod that takes no connections)
