# Switched by itself after a time
rollout web: 4 replicas, blue-green, switches after 60s
traffic 50/s
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ॥ paused before the switch for 1m
  1m00.0s  ◌ active Service web-active: revision 1 → revision 2
  1m00.0s  ✔ revision 2 is the stable version now
  1m00.0s  ✔ healthy: nothing is left to do
  1m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods
8,217 requests, 0 failed
