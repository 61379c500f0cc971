# A full promotion waits for pods and for nothing else
rollout web: 4 replicas, blue-green, switches by hand, preview of 1 pod, testers 5/s, judged before by errors, judged after by errors
traffic 50/s
at 0s   release 2
at 10s  promote full
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.6s    revision 2 has 1 pod
  0m00.6s  ◌ analysis web-5f4d4f4d74-2-pre begins
  0m10.0s    → promote full
  0m10.0s  ✔ analysis web-5f4d4f4d74-2-pre: Successful
  0m10.7s    revision 2 has 4 pods
  0m10.7s  ◌ active Service web-active: revision 1 → revision 2
  0m10.7s  ✔ revision 2 is the stable version now
  0m10.7s  ✔ healthy: nothing is left to do
  0m40.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods
6,366 requests, 4 failed (unserved: 4 Service default/web-preview has no ready pod)
