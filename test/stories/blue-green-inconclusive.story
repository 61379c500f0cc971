# An analysis that cannot tell: a person lets it run once more
rollout web: 4 replicas, blue-green, testers 5/s, judged before by unsure
traffic 50/s
at 0s   release 2 errors 30%
at 5m   promote
at 10m  abort
---
  0m00.0s    → release 2 errors 30%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ◌ analysis web-5f4d4f4d74-2-pre begins
  0m30.0s  ? analysis web-5f4d4f4d74-2-pre: unsure = 0.30692 (unclear)
  0m30.0s  ? analysis web-5f4d4f4d74-2-pre: Inconclusive
            unsure was inconclusive in 1 of 1 measurement (limit 0); expected len(result) > 0 && result[0] < 0.05, bad is len(result) > 0 && result[0] > 0.5; measured 0.30692 (unclear) at 12:00:30 UTC
  0m30.0s  ॥ paused: analysis web-5f4d4f4d74-2-pre was inconclusive
  5m00.0s    → promote
  5m00.0s  ◌ analysis web-5f4d4f4d74-2-pre.1 begins
  5m30.0s  ? analysis web-5f4d4f4d74-2-pre.1: unsure = 0.26891 (unclear)
  5m30.0s  ? analysis web-5f4d4f4d74-2-pre.1: Inconclusive
            unsure was inconclusive in 1 of 1 measurement (limit 0); expected len(result) > 0 && result[0] < 0.05, bad is len(result) > 0 && result[0] > 0.5; measured 0.26891 (unclear) at 12:05:30 UTC
  5m30.0s  ॥ paused: analysis web-5f4d4f4d74-2-pre.1 was inconclusive
 10m00.0s    → abort
 10m00.0s  ✖ rolled back: somebody aborted the update
 10m30.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods
38,888 requests, 1,046 failed (unserved: 91 Service default/web-preview has no ready pod)
