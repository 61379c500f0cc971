# Pods that never come are never switched to
rollout web: 4 replicas, blue-green, deadline 60s aborts
traffic 50/s
at 0s   release 2 bad image
---
  0m00.0s    → release 2 bad image
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m45.0s  ⚠ revision 2: pods web-5f4d4f4d74-*, web-5f4d4f4d74-*, web-5f4d4f4d74-* and 1 more: ImagePullBackOff: Back-off pulling image "demo/web:2"
  1m02.0s  ✖ rolled back: ReplicaSet "web-5f4d4f4d74" has timed out progressing.
in the end: Degraded, rolled back: ReplicaSet "web-5f4d4f4d74" has timed out progressing.; revision 1 has 4/4 pods
8,338 requests, 0 failed
