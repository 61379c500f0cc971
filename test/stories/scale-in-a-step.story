# The rollout is scaled in the middle of a step
rollout web: 4 replicas, nginx, steps 50 / pause 5m
traffic 50/s
at 0s   release 2
at 1m   scale 8
at 2m   scale 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.6s    revision 2 has 2 pods
  0m00.6s    step 2/2: pause: 5m
  0m00.6s    weight of the new version: 0% → 50%
  0m00.6s  ॥ paused at step 2/2 for 5m
  1m00.0s    → scale 8
  1m00.7s    revision 1 has 8 pods
  1m00.8s    revision 2 has 4 pods
  2m00.0s    → scale 2
  2m00.0s    revision 1 has 2 pods
  2m00.0s    revision 2 has 1 pod
  5m00.4s    revision 2 has 2 pods
  5m00.4s  ✔ revision 2 is the stable version now
  5m00.4s  ✔ healthy: nothing is left to do
  5m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 2/2 pods, weight 100
20,565 requests, 13 failed (unserved: 4 Service default/web-stable has a pod that takes no connections, 9 Service default/web-canary has a pod that takes no connections)
