# A release that is aborted in the middle of an experiment ends it
rollout web: 4 replicas, steps 25 / experiment for 5m / pause
traffic 50/s
at 0s   release 2
at 1m   abort
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/3: setWeight: 25
  0m00.0s    revision 1 has 3 pods
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/3: experiment
  1m00.0s    → abort
  1m00.0s  ✖ rolled back: somebody aborted the update
  1m00.0s    revision 2 has no pods
  1m00.4s    revision 1 has 4 pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods, weight 0
6,722 requests, 9 failed (unserved: 9 Service default/web has a pod that takes no connections)
