# A person looks at the preview, and switches
rollout web: 4 replicas, blue-green, switches by hand
traffic 50/s
at 0s   release 2
at 5m   promote
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ॥ paused before the switch until somebody promotes
  5m00.0s    → promote
  5m00.0s  ◌ active Service web-active: revision 1 → revision 2
  5m00.0s  ✔ revision 2 is the stable version now
  5m00.0s  ✔ healthy: nothing is left to do
  5m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods
20,173 requests, 0 failed
