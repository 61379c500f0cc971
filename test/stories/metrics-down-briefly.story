# Prometheus fails for a moment, and the analysis asks again
rollout web: 4 replicas, nginx, steps 20 / analysis errors / 60 / pause 30s
traffic 50/s
at 0s   release 2
at 5s   Prometheus fails for 40s
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/4: setWeight: 20
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/4: analysis
  0m00.6s    weight of the new version: 0% → 20%
  0m00.6s  ◌ analysis web-5f4d4f4d74-2-1 (step 2) begins
  0m05.0s    → Prometheus fails for 40s
  0m30.0s  ⚠ analysis web-5f4d4f4d74-2-1: errors could not be taken: Post "http://prometheus.monitoring:9090/api/v1/query": dial tcp prometheus.monitoring:9090: connect: connection refused
  0m50.0s  ✔ analysis web-5f4d4f4d74-2-1: errors = []
  1m10.0s  ✔ analysis web-5f4d4f4d74-2-1 (step 2): Successful
  1m10.0s    step 3/4: setWeight: 60
  1m10.7s    revision 2 has 3 pods
  1m10.7s    step 4/4: pause: 30s
  1m10.7s    weight of the new version: 20% → 60%
  1m10.7s  ॥ paused at step 4/4 for 30s
  1m40.4s    revision 2 has 4 pods
  1m40.4s  ✔ revision 2 is the stable version now
  1m40.4s  ✔ healthy: nothing is left to do
  2m10.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
10,400 requests, 0 failed
