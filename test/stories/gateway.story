# Shares of traffic by an HTTPRoute of the Gateway API
rollout web: 4 replicas, gateway, steps 10 / pause 1m / 50 / pause 1m
traffic 50/s
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 10
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 1m
  0m00.6s    weight of the new version: 0% → 10%
  0m00.6s  ॥ paused at step 2/4 for 1m
  1m00.0s    step 3/4: setWeight: 50
  1m00.5s    revision 2 has 2 pods
  1m00.5s    step 4/4: pause: 1m
  1m00.5s    weight of the new version: 10% → 50%
  1m00.5s  ॥ paused at step 4/4 for 1m
  2m00.7s    revision 2 has 4 pods
  2m00.7s  ✔ revision 2 is the stable version now
  2m00.7s  ✔ healthy: nothing is left to do
  2m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
11,265 requests, 0 failed
