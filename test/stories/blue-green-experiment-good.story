# Before the switch a pod of each version is tried side by side
rollout web: 4 replicas, blue-green, testers 5/s, judged before by side-by-side
traffic 20/s
at 0s   release 2
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ◌ analysis web-5f4d4f4d74-2-pre begins
  1m01.0s  ✔ analysis web-5f4d4f4d74-2-pre: side-by-side = web-5f4d4f4d74-2-pre-side-by-side-6cb4ffc8f4-1
  1m01.0s  ✔ analysis web-5f4d4f4d74-2-pre: Successful
  1m01.0s  ◌ active Service web-active: revision 1 → revision 2
  1m01.0s  ✔ revision 2 is the stable version now
  1m01.0s  ✔ healthy: nothing is left to do
  1m31.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods
4,111 requests, 466 failed (unserved: 466 Service default/web-tried has no ready pod)
