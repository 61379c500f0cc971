# Given up behind the switch: all users are switched back
rollout web: 4 replicas, blue-green, judged after by unsure
traffic 50/s
at 0s   release 2 latency 2s
at 20s  abort
---
  0m00.0s    → release 2 latency 2s
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ◌ active Service web-active: revision 1 → revision 2
  0m00.7s  ◌ analysis web-5f4d4f4d74-2-post begins
  0m20.0s    → abort
  0m20.0s  ✖ rolled back: somebody aborted the update
  0m20.0s  ✔ analysis web-5f4d4f4d74-2-post: Successful
  0m20.0s  ◌ active Service web-active: revision 2 → revision 1
  0m50.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods
6,231 requests, 0 failed
