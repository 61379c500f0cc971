# A preview of one pod gets all of its pods before the switch
rollout web: 4 replicas, blue-green, switches by hand, preview of 1 pod
traffic 50/s
at 0s   release 2
at 2m   promote
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.6s    revision 2 has 1 pod
  0m00.6s  ॥ paused before the switch until somebody promotes
  2m00.0s    → promote
  2m00.7s    revision 2 has 4 pods
  2m00.7s  ◌ active Service web-active: revision 1 → revision 2
  2m00.7s  ✔ revision 2 is the stable version now
  2m00.7s  ✔ healthy: nothing is left to do
  2m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods
11,298 requests, 0 failed
