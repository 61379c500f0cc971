# A stable version that shrinks as the canary grows: no pod ever gets more than it carries
rollout web: 4 replicas, nginx, dynamic stable, pods carry 30/s, steps 25 / pause 1m / 75 / pause 1m
traffic 40/s
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 25
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 1m
  0m00.6s    weight of the new version: 0% → 25%
  0m00.6s  ॥ paused at step 2/4 for 1m
  0m00.6s    revision 1 has 3 pods
  1m00.0s    step 3/4: setWeight: 75
  1m00.5s    revision 2 has 3 pods
  1m00.5s    step 4/4: pause: 1m
  1m00.5s    weight of the new version: 25% → 75%
  1m00.5s  ॥ paused at step 4/4 for 1m
  1m00.5s    revision 1 has 1 pod
  2m00.6s    revision 2 has 4 pods
  2m00.6s  ✔ revision 2 is the stable version now
  2m00.6s  ✔ healthy: nothing is left to do
  2m00.6s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
7,948 requests, 15 failed (unserved: 15 Service default/web-stable has a pod that takes no connections)
