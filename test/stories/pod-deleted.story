# A pod is deleted, and comes back
rollout web: 4 replicas, nginx, steps 50 / pause 5m
traffic 50/s
at 0s   release 2
at 1m   delete pod
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.6s    revision 2 has 2 pods
  0m00.6s    step 2/2: pause: 5m
  0m00.6s    weight of the new version: 0% → 50%
  0m00.6s  ॥ paused at step 2/2 for 5m
  1m00.0s    → delete pod
  1m00.4s    revision 1 has 4 pods again
  5m00.8s    revision 2 has 4 pods
  5m00.8s  ✔ revision 2 is the stable version now
  5m00.8s  ✔ healthy: nothing is left to do
  5m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
20,452 requests, 0 failed
