# Somebody stops a release where it is, and lets it go on
rollout web: 4 replicas, nginx, steps 20 / pause 30s / 60 / pause 30s
traffic 50/s
at 0s   release 2
at 10s  pause
at 5m   resume
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 30s
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 30s
  0m10.0s    → pause
  0m10.0s  ॥ paused by hand: spec.paused is true
  5m00.0s    → resume
  5m00.0s    step 3/4: setWeight: 60
  5m00.7s    revision 2 has 3 pods
  5m00.7s    step 4/4: pause: 30s
  5m00.7s    weight of the new version: 20% → 60%
  5m00.7s  ॥ paused at step 4/4 for 30s
  5m30.4s    revision 2 has 4 pods
  5m30.4s  ✔ revision 2 is the stable version now
  5m30.4s  ✔ healthy: nothing is left to do
  6m00.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
21,936 requests, 0 failed
