# Releases go on at one o'clock; who cannot wait promotes
rollout web: 2 replicas, steps 50 / window 13:00 14:00 / pause 10s
rollout api: 2 replicas, steps 50 / window 13:00 14:00 / pause 10s
at 0s   web release 2
at 0s   api release 2
at 5m   api promote
---
  0m00.0s  web      → release 2
  0m00.0s  api      → release 2
  0m00.0s  api    ◌ revision 2 is released: demo/api:1 → demo/api:2
  0m00.0s  api      step 1/3: setWeight: 50
  0m00.0s  web    ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s  web      step 1/3: setWeight: 50
  0m00.5s  web      revision 2 has 1 pod
  0m00.5s  web      revision 1 has 1 pod
  0m00.5s  web      step 2/3: window 13:00-14:00 (UTC)
  0m00.5s  web    ◌ waiting for step 2/3 (window): closed until Thu 2026-01-01 13:00 UTC
  0m00.6s  api      revision 2 has 1 pod
  0m00.6s  api      revision 1 has 1 pod
  0m00.6s  api      step 2/3: window 13:00-14:00 (UTC)
  0m00.6s  api    ◌ waiting for step 2/3 (window): closed until Thu 2026-01-01 13:00 UTC
  5m00.0s  api      → promote
  5m00.0s  api      step 3/3: pause: 10s
  5m00.0s  api    ॥ paused at step 3/3 for 10s
  5m10.4s  api      revision 2 has 2 pods
  5m10.4s  api    ✔ revision 2 is the stable version now
  5m10.4s  api      revision 1 has no pods
  5m10.4s  api    ✔ healthy: nothing is left to do
 60m00.0s  web      step 3/3: pause: 10s
 60m00.0s  web    ॥ paused at step 3/3 for 10s
 60m10.6s  web      revision 2 has 2 pods
 60m10.6s  web    ✔ revision 2 is the stable version now
 60m10.6s  web      revision 1 has no pods
 60m10.6s  web    ✔ healthy: nothing is left to do
in the end: api: Healthy, healthy: nothing is left to do; revision 2 has 2/2 pods, weight 100
in the end: web: Healthy, healthy: nothing is left to do; revision 2 has 2/2 pods, weight 100
