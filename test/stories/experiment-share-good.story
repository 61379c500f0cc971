# An experiment with a share of the traffic beside a canary
rollout web: 4 replicas, gateway, steps 20 / experiment errors for 1m with 10% / 50 / pause 10s
traffic 50/s
at 0s   release 2
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: experiment
  0m00.6s    weight of the new version: 0% → 20%
  0m01.3s  ◌ analysis web-5f4d4f4d74-2-1-errors begins
  0m31.0s  ✔ analysis web-5f4d4f4d74-2-1-errors: errors = []
  0m51.0s  ✔ analysis web-5f4d4f4d74-2-1-errors: Successful
  1m01.0s    step 3/4: setWeight: 50
  1m01.4s    revision 2 has 2 pods
  1m01.4s    step 4/4: pause: 10s
  1m01.4s    weight of the new version: 20% → 50%
  1m01.4s  ॥ paused at step 4/4 for 10s
  1m11.8s    revision 2 has 4 pods
  1m11.8s  ✔ revision 2 is the stable version now
  1m11.8s  ✔ healthy: nothing is left to do
  1m41.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
8,881 requests, 0 failed
