# Back to the version before while its pods are there: a switch and nothing else
rollout web: 4 replicas, blue-green, switches by hand, keeps old pods 600s
traffic 50/s
at 0s   release 2
at 1m   promote
at 3m   undo
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ॥ paused before the switch until somebody promotes
  1m00.0s    → promote
  1m00.0s  ◌ active Service web-active: revision 1 → revision 2
  1m00.0s  ✔ revision 2 is the stable version now
  1m00.0s  ✔ healthy: nothing is left to do
  3m00.0s    → undo
  3m00.0s  ◌ revision 3 is released: demo/web:2 → demo/web:1
  3m00.0s    preview Service web-preview: revision 2 → revision 3
  3m00.0s  ◌ active Service web-active: revision 2 → revision 3
  3m00.0s  ✔ revision 3 is the stable version now
 13m00.0s    revision 2 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods
42,670 requests, 0 failed
