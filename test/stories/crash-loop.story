# Pods that crash never get any traffic
rollout web: 4 replicas, surge 1, unavailable 0, deadline 180s aborts, steps 25 / pause 1m
traffic 40/s
at 0s   release 2 crashes
---
  0m00.0s    → release 2 crashes
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 25
  0m45.0s  ⚠ revision 2: pod web-5f4d4f4d74-*: CrashLoopBackOff: its last run ended with exit code 1 (Error)
  3m02.0s  ✖ rolled back: ReplicaSet "web-5f4d4f4d74" has timed out progressing.
in the end: Degraded, rolled back: ReplicaSet "web-5f4d4f4d74" has timed out progressing.; revision 1 has 4/4 pods, weight 0
10,394 requests, 0 failed
