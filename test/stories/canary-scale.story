# The size of the canary is set apart from its weight
rollout web: 5 replicas, nginx, steps canary 3 pods / pause 30s / 20 / pause 30s / canary matches weight / 40 / pause 30s
traffic 50/s
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/7: setCanaryScale{replicas: 3}
  0m00.7s    revision 2 has 3 pods
  0m00.7s    step 2/7: pause: 30s
  0m00.7s  ॥ paused at step 2/7 for 30s
  0m30.0s    step 3/7: setWeight: 20
  0m30.0s    step 4/7: pause: 30s
  0m30.0s    weight of the new version: 0% → 20%
  0m30.0s  ॥ paused at step 4/7 for 30s
  1m00.0s    step 5/7: setCanaryScale{matchTrafficWeight: true}
  1m00.0s    step 6/7: setWeight: 40
  1m00.4s    revision 2 has 2 pods
  1m00.4s    step 7/7: pause: 30s
  1m00.4s    weight of the new version: 20% → 40%
  1m00.4s  ॥ paused at step 7/7 for 30s
  1m30.8s    revision 2 has 5 pods
  1m30.8s  ✔ revision 2 is the stable version now
  1m30.8s  ✔ healthy: nothing is left to do
  2m00.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 5/5 pods, weight 100
9,745 requests, 2 failed (unserved: 2 Service default/web-canary has a pod that takes no connections)
