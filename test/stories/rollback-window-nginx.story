# Undo within the rollback window, by ingress-nginx: no steps, but the weight waits for the pods
rollout web: 4 replicas, nginx, ready after 10s, rollback window 2, steps 50 / pause 1m
traffic 50/s
at 0s   release 2
at 5m   undo
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m10.6s    revision 2 has 2 pods
  0m10.6s    step 2/2: pause: 1m
  0m10.6s    weight of the new version: 0% → 50%
  0m10.6s  ॥ paused at step 2/2 for 1m
  1m20.7s    revision 2 has 4 pods
  1m20.7s  ✔ revision 2 is the stable version now
  1m20.7s  ✔ healthy: nothing is left to do
  1m50.0s    revision 1 has no pods
  5m00.0s    → undo
  5m00.0s  ◌ revision 3 is released: demo/web:2 → demo/web:1
  5m10.8s    revision 3 has 4 pods
  5m10.8s  ✔ revision 3 is the stable version now
  5m10.8s  ✔ healthy: nothing is left to do
  5m40.0s    revision 2 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods, weight 100
20,953 requests, 0 failed
