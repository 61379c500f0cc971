# Who aborts a release ends what is tried for it
rollout web: 4 replicas, blue-green, testers 5/s, judged before by side-by-side
traffic 20/s
at 0s   release 2
at 30s  abort
until rest
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ◌ analysis web-5f4d4f4d74-2-pre begins
  0m30.0s    → abort
  0m30.0s  ✖ rolled back: somebody aborted the update
  0m30.0s  ? analysis web-5f4d4f4d74-2-pre: side-by-side = could not be taken: Metric Terminated
  0m30.0s  ? analysis web-5f4d4f4d74-2-pre: Inconclusive
            side-by-side was inconclusive in 1 of 1 measurement (limit 0)
  1m00.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods
3,383 requests, 503 failed (unserved: 503 Service default/web-tried has no ready pod)
