# Given up before the switch: no user has seen it
rollout web: 4 replicas, blue-green, switches by hand
traffic 50/s
at 0s   release 2 errors 100%
at 2m   abort
at 5m   retry
at 6m   undo
---
  0m00.0s    → release 2 errors 100%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ॥ paused before the switch until somebody promotes
  2m00.0s    → abort
  2m00.0s  ✖ rolled back: somebody aborted the update
  2m30.0s    revision 2 has no pods
  5m00.0s    → retry
  5m00.9s    revision 2 has 4 pods
  5m00.9s  ॥ paused before the switch until somebody promotes
  6m00.0s    → undo
  6m00.0s  ◌ back to the stable version, revision 3 (demo/web:1)
  6m00.0s  ✔ healthy: nothing is left to do
  6m00.0s    preview Service web-preview: revision 2 → revision 3
  6m30.0s    revision 2 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 3 has 4/4 pods
23,170 requests, 0 failed
