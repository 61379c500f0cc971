# Aborted when stable has a quarter of its pods: the traffic goes back with each pod that starts
rollout web: 4 replicas, nginx, dynamic stable, pods carry 30/s, steps 75 / pause
traffic 40/s
at 0s   release 2
at 1m   abort
at 2m   retry
at 3m   promote full
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 75
  0m00.7s    revision 2 has 3 pods
  0m00.7s    step 2/2: pause
  0m00.7s    weight of the new version: 0% → 75%
  0m00.7s  ॥ paused at step 2/2 until somebody promotes
  0m00.7s    revision 1 has 1 pod
  1m00.0s    → abort
  1m00.0s  ✖ rolled back: somebody aborted the update
  1m00.5s    weight of the new version: 75% → 50%
  1m00.6s    weight of the new version: 50% → 25%
  1m00.8s    revision 1 has 4 pods
  1m00.8s    weight of the new version: 25% → 0%
  1m00.8s    revision 2 has no pods
  2m00.0s    → retry
  2m00.0s    step 1/2: setWeight: 75
  2m00.7s    revision 2 has 3 pods
  2m00.7s    step 2/2: pause
  2m00.7s    weight of the new version: 0% → 75%
  2m00.7s  ॥ paused at step 2/2 until somebody promotes
  2m00.7s    revision 1 has 1 pod
  3m00.0s    → promote full
  3m00.7s    revision 2 has 4 pods
  3m00.7s  ✔ revision 2 is the stable version now
  3m00.7s  ✔ healthy: nothing is left to do
  3m00.7s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
10,166 requests, 121 failed (unserved: 55 Service default/web-stable has a pod that takes no connections, 65 Service default/web-canary has a pod that takes no connections)
