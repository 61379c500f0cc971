# An image that is not there, with an abort at the deadline
rollout web: 4 replicas, nginx, deadline 120s aborts, steps 20 / pause 1m
traffic 50/s
at 0s   release 2 bad image
---
  0m00.0s    → release 2 bad image
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 20
  0m45.0s  ⚠ revision 2: pod web-5f4d4f4d74-*: ImagePullBackOff: Back-off pulling image "demo/web:2"
  2m02.0s  ✖ rolled back: ReplicaSet "web-5f4d4f4d74" has timed out progressing.
in the end: Degraded, rolled back: ReplicaSet "web-5f4d4f4d74" has timed out progressing.; revision 1 has 4/4 pods, weight 0
11,543 requests, 0 failed
