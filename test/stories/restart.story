# A restart replaces the pods one after the other
rollout web: 3 replicas, nginx, unavailable 1, steps 50 / pause 30s
traffic 50/s
at 0s   restart
---
  0m00.0s    → restart
  0m00.0s  ◌ waiting for 1 of 3 pods of web-8c9bb964f to become available
  0m01.3s    revision 1 has 3 pods again
  0m01.4s  ✔ healthy: nothing is left to do
in the end: Healthy, healthy: nothing is left to do; revision 1 has 3/3 pods, weight 100
3,947 requests, 48 failed (unserved: 48 Service default/web-stable has a pod that takes no connections)
