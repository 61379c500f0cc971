# A stable version that shrinks as the canary grows is not supported yet, and is refused
rollout web: 4 replicas, nginx, dynamic stable, steps 50 / pause 30s
at 0s   release 2
---
  0m00.0s    → release 2
in the end: Degraded, stopped: the spec is invalid: spec.strategy.canary.dynamicStableScale: not supported yet: dynamicStableScale; no pods, weight 0
