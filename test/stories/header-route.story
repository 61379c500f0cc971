# Testers see the new version first, by a header
rollout web: 4 replicas, gateway, steps canary 1 pods / header x-try=yes / pause 1m / header none / 50 / pause 1m
traffic 50/s
at 0s   release 2
tell everything
---
  0m00.0s    → release 2
  0m00.0s  ◌ revision 2 is released: demo/web:1 → demo/web:2
  0m00.0s    step 1/6: setCanaryScale{replicas: 1}
  0m00.0s    event RolloutUpdated: Rollout updated to revision 2
  0m00.0s    event RolloutNotCompleted: Rollout not completed, started update to revision 2 (5f4d4f4d74)
  0m00.0s    event NewReplicaSetCreated: Created ReplicaSet web-5f4d4f4d74 (revision 2)
  0m00.0s    event ScalingReplicaSet: Scaled up ReplicaSet web-5f4d4f4d74 (revision 2) from 0 to 1
  0m00.6s    revision 2 has 1 pod
  0m00.6s    step 2/6: header route by-header
  0m00.6s    event RolloutStepCompleted: Rollout step 1/6 completed (setCanaryScale{replicas: 1})
  0m00.6s    event SwitchService: Switched selector for service 'web-canary' from '8c9bb964f' to '5f4d4f4d74'
  0m00.6s    step 3/6: pause: 1m
  0m00.6s  ॥ paused at step 3/6 for 1m
  0m00.6s    event RolloutStepCompleted: Rollout step 2/6 completed (setHeaderRoute: by-header)
  0m00.6s    event RolloutPaused: Rollout is paused (CanaryPauseStep)
  1m00.0s    step 4/6: header route by-header ends
  1m00.0s    event RolloutStepCompleted: Rollout step 3/6 completed (pause: 1m)
  1m00.0s    event RolloutResumed: Rollout is resumed
  1m00.0s    step 5/6: setWeight: 50
  1m00.0s    event RolloutStepCompleted: Rollout step 4/6 completed (setHeaderRoute: by-header)
  1m00.0s    step 6/6: pause: 1m
  1m00.0s    weight of the new version: 0% → 50%
  1m00.0s  ॥ paused at step 6/6 for 1m
  1m00.0s    event TrafficWeightUpdated: Traffic weight updated from 0 to 50
  1m00.0s    event RolloutStepCompleted: Rollout step 5/6 completed (setWeight: 50)
  1m00.0s    event RolloutPaused: Rollout is paused (CanaryPauseStep)
  2m00.0s    event RolloutStepCompleted: Rollout step 6/6 completed (pause: 1m)
  2m00.0s    event RolloutResumed: Rollout is resumed
  2m00.0s    event ScalingReplicaSet: Scaled up ReplicaSet web-5f4d4f4d74 (revision 2) from 1 to 4
  2m00.7s    revision 2 has 4 pods
  2m00.7s  ✔ revision 2 is the stable version now
  2m00.7s  ✔ healthy: nothing is left to do
  2m00.7s    event TrafficWeightUpdated: Traffic weight updated from 50 to 100
  2m00.7s    event RolloutCompleted: Rollout completed update to revision 2 (5f4d4f4d74): Completed all 6 canary steps
  2m00.7s    event SwitchService: Switched selector for service 'web-stable' from '8c9bb964f' to '5f4d4f4d74'
  2m00.7s    event TrafficWeightUpdated: Traffic weight updated from 100 to 0
  2m30.0s    event ScalingReplicaSet: Scaled down ReplicaSet web-8c9bb964f (revision 1) from 4 to 0
  2m30.0s    revision 1 has no pods
in the end: Healthy, healthy: nothing is left to do; revision 2 has 4/4 pods, weight 100
11,298 requests, 0 failed
