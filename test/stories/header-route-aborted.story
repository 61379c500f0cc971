# An abort ends header routes
rollout web: 4 replicas, gateway, steps canary 1 pods / header x-try=yes / pause
traffic 50/s
at 0s   release 2
at 1m   abort
tell everything
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/3: setCanaryScale{replicas: 1}
  0m00.0s    event RolloutUpdated: Rollout updated to revision 2
  0m00.0s    event RolloutNotCompleted: Rollout not completed, started update to revision 2 (5f4d4f4d74)
  0m00.0s    event NewReplicaSetCreated: Created ReplicaSet web-5f4d4f4d74 (revision 2)
  0m00.0s    event ScalingReplicaSet: Scaled up ReplicaSet web-5f4d4f4d74 (revision 2) from 0 to 1
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/3: header route by-header
  0m00.6s    event RolloutStepCompleted: Rollout step 1/3 completed (setCanaryScale{replicas: 1})
  0m00.6s    event SwitchService: Switched selector for service 'web-canary' from '8c9bb964f' to '5f4d4f4d74'
  0m00.6s    step 3/3: pause
  0m00.6s  ॥ paused at step 3/3 until somebody promotes
  0m00.6s    event RolloutStepCompleted: Rollout step 2/3 completed (setHeaderRoute: by-header)
  0m00.6s    event RolloutPaused: Rollout is paused (CanaryPauseStep)
  1m00.0s    → abort
  1m00.0s  ✖ rolled back: somebody aborted the update
  1m00.0s  ⚠ event RolloutAborted: Rollout aborted update to revision 2
  1m00.0s    event SwitchService: Switched selector for service 'web-canary' from '5f4d4f4d74' to '8c9bb964f'
  1m30.0s    event ScalingReplicaSet: Scaled down ReplicaSet web-5f4d4f4d74 (revision 2) from 1 to 0
  1m30.0s    revision 2 has no pods
in the end: Degraded, rolled back: somebody aborted the update; revision 1 has 4/4 pods, weight 0
8,217 requests, 0 failed
