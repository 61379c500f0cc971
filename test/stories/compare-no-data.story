# Counters that nobody has are no verdict: the canary is neither good nor bad, and is not promoted
rollout web: 2 replicas, gateway, background compare, steps 50 / prove 3m abort
traffic 50/s
at 0s   release 2
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/2: setWeight: 50
  0m00.0s  ◌ analysis web-5f4d4f4d74-2 begins
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: errors = compared from now on
  0m00.0s  ✔ analysis web-5f4d4f4d74-2: slow = compared from now on
  0m00.4s    revision 2 has 1 pod
  0m00.4s    step 2/2: proof of health, at most 3m, then back
  0m00.4s    weight of the new version: 0% → 50%
  0m00.4s  ◌ waiting for step 2/2 (prove): until the canary is proven to be healthy, at most until 2026-01-01T12:03:00Z
  0m45.0s  ◌ waiting for step 2/2 (prove): until the canary is proven to be healthy, at most until 2026-01-01T12:03:00Z; there are no data to judge it by
  3m00.0s  ✖ rolled back: Step Plugin 2 (sluice/prove) failed: not proven to be healthy within 3m; there are no data to judge it by
  3m00.0s    weight of the new version: 50% → 0%
  3m00.0s  ✔ analysis web-5f4d4f4d74-2: Successful
  3m30.0s    revision 2 has no pods
in the end: Degraded, rolled back: Step Plugin 2 (sluice/prove) failed: not proven to be healthy within 3m; there are no data to judge it by; revision 1 has 2/2 pods, weight 0
14,444 requests, 0 failed
