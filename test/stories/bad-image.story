# An image that is not there: the deadline passes, and nothing is put back by itself
rollout web: 4 replicas, nginx, deadline 120s, steps 20 / pause 1m
traffic 50/s
at 0s   release 2 bad image
at 10m  release 3
---
  0m00.0s    → release 2 bad image
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 20
  0m45.0s  ⚠ revision 2: pod web-5f4d4f4d74-*: ImagePullBackOff: Back-off pulling image "demo/web:2"
  2m02.0s  ✖ stuck: no progress of web-5f4d4f4d74 before the deadline
 10m00.0s    → release 3
 10m00.0s  ◌ revision 3 is released: demo/web:1 → demo/web:3
 10m00.0s    step 1/2: setWeight: 20
 10m00.7s    revision 3 has 1 pod
 10m00.7s    step 2/2: pause: 1m
 10m00.7s    weight of the new version: 0% → 20%
 10m00.7s  ॥ paused at step 2/2 for 1m
 11m00.8s    revision 3 has 4 pods
 11m00.8s  ✔ revision 3 is the stable version now
 11m00.8s  ✔ healthy: nothing is left to do
 11m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods, weight 100
38,424 requests, 0 failed
