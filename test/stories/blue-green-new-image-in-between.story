# The next image in the middle of a pause: the preview starts again
rollout web: 4 replicas, blue-green, switches after 120s
traffic 50/s
at 0s   release 2
at 1m   release 3
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ॥ paused before the switch for 2m
  1m00.0s    → release 3
  1m00.0s  ◌ revision 3 is released: demo/web:1 → demo/web:3
  1m00.0s    preview Service web-preview: revision 2 → revision 3
  1m00.8s    revision 3 has 4 pods
  1m00.8s  ॥ paused before the switch for 2m
  1m30.0s    revision 2 has no pods
  3m00.0s  ◌ active Service web-active: revision 1 → revision 3
  3m00.0s  ✔ revision 3 is the stable version now
  3m00.0s  ✔ healthy: nothing is left to do
  3m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods
14,221 requests, 0 failed
