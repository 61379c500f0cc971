# A third version in the middle of a release begins from the first step
# The pods of the second go as soon as nothing is routed to them: what the ingress has not heard of yet is lost.
rollout web: 4 replicas, nginx, steps 20 / pause 1m / 60 / pause 1m
traffic 50/s
at 0s   release 2
at 90s  release 3
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: pause: 1m
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ॥ paused at step 2/4 for 1m
  1m00.0s    step 3/4: setWeight: 60
  1m00.7s    revision 2 has 3 pods
  1m00.7s    step 4/4: pause: 1m
  1m00.7s    weight of the new version: 20% → 60%
  1m00.7s  ॥ paused at step 4/4 for 1m
  1m30.0s    → release 3
  1m30.0s  ◌ revision 3 is released: demo/web:1 → demo/web:3
  1m30.0s    step 1/4: setWeight: 20
  1m30.0s    weight of the new version: 60% → 0%
  1m30.4s    revision 3 has 1 pod
  1m30.4s    step 2/4: pause: 1m
  1m30.4s    weight of the new version: 0% → 20%
  1m30.4s  ॥ paused at step 2/4 for 1m
  1m30.4s    revision 2 has no pods
  2m30.0s    step 3/4: setWeight: 60
  2m30.8s    revision 3 has 3 pods
  2m30.8s    step 4/4: pause: 1m
  2m30.8s    weight of the new version: 20% → 60%
  2m30.8s  ॥ paused at step 4/4 for 1m
  3m30.9s    revision 3 has 4 pods
  3m30.9s  ✔ revision 3 is the stable version now
  3m30.9s  ✔ healthy: nothing is left to do
  4m00.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods, weight 100
15,955 requests, 16 failed (unserved: 16 Service default/web-canary has a pod that takes no connections)
