# Without steps all pods are replaced, as by a Deployment
rollout web: 4 replicas, surge 1, unavailable 1
traffic 40/s
at 0s   release 2
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m01.4s    revision 1 has no pods
  0m01.5s    revision 2 has 4 pods
  0m01.5s  ✔ revision 2 is the stable version now
  0m01.5s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
3,076 requests, 52 failed (unserved: 52 Service default/web has a pod that takes no connections)
