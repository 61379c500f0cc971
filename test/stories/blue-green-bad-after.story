# Errors show behind the switch only, and all users are switched back
rollout web: 4 replicas, blue-green, judged after by errors
traffic 50/s
at 0s   release 2 errors 50%
---
  0m00.0s    → release 2 errors 50%
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    preview Service web-preview: revision 1 → revision 2
  0m00.7s    revision 2 has 4 pods
  0m00.7s  ◌ active Service web-active: revision 1 → revision 2
  0m00.7s  ◌ analysis web-5f4d4f4d74-2-post begins
  0m30.0s  ✖ analysis web-5f4d4f4d74-2-post: errors = 0.50168 (bad)
  0m30.0s  ✖ analysis web-5f4d4f4d74-2-post: Failed
            errors failed 1 of 1 measurement (limit 0); expected len(result) == 0 || isNaN(result[0]) || result[0] < 0.1; measured 0.50168 (bad) at 12:00:30 UTC
  0m30.0s  ✖ rolled back: Blue/green post-promotion analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)
  0m30.0s  ◌ active Service web-active: revision 2 → revision 1
  1m00.0s    revision 2 has no pods
in the end: Degraded, rolled back: Blue/green post-promotion analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0); revision 1 has 4/4 pods
6,731 requests, 746 failed
