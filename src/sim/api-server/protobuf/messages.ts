/**
 * The types of fields: `text`, `int`, `bool`, `bytes`, `time`, `ignored` (what only the server says), or the
 * name of a message. `[]` before it: a list; `{}`: a map from texts.
 */
export type FieldType = string;

/** Fields of a message by their numbers: name and type. */
export type Message = Readonly<Record<number, readonly [name: string, type: FieldType]>>;

/**
 * What kubectl sends in the binary form of the API: objects of `kubectl create KIND`, questions about rights,
 * evictions. Fields that are not listed are refused, never dropped.
 * Source: generated.proto of k8s.io/apimachinery and k8s.io/api 0.35.
 */
export const messages: Readonly<Record<string, Message>> = {
  ObjectMeta: {
    1: ['name', 'text'],
    2: ['generateName', 'text'],
    3: ['namespace', 'text'],
    4: ['selfLink', 'text'],
    5: ['uid', 'text'],
    6: ['resourceVersion', 'text'],
    7: ['generation', 'int'],
    8: ['creationTimestamp', 'time'],
    11: ['labels', '{}text'],
    12: ['annotations', '{}text'],
    14: ['finalizers', '[]text'],
  },
  Namespace: {
    1: ['metadata', 'ObjectMeta'],
    2: ['spec', 'NamespaceSpec'],
    3: ['status', 'NamespaceStatus'],
  },
  NamespaceSpec: { 1: ['finalizers', '[]text'] },
  NamespaceStatus: { 1: ['phase', 'text'] },
  ConfigMap: {
    1: ['metadata', 'ObjectMeta'],
    2: ['data', '{}text'],
    3: ['binaryData', '{}bytes'],
    4: ['immutable', 'bool'],
  },
  Secret: {
    1: ['metadata', 'ObjectMeta'],
    2: ['data', '{}bytes'],
    3: ['type', 'text'],
    4: ['stringData', '{}text'],
    5: ['immutable', 'bool'],
  },
  ServiceAccount: { 1: ['metadata', 'ObjectMeta'] },
  Deployment: { 1: ['metadata', 'ObjectMeta'], 2: ['spec', 'DeploymentSpec'], 3: ['status', 'ignored'] },
  DeploymentSpec: {
    1: ['replicas', 'int'],
    2: ['selector', 'LabelSelector'],
    3: ['template', 'PodTemplateSpec'],
    4: ['strategy', 'DeploymentStrategy'],
    5: ['minReadySeconds', 'int'],
    6: ['revisionHistoryLimit', 'int'],
    7: ['paused', 'bool'],
  },
  DeploymentStrategy: { 1: ['type', 'text'] },
  LabelSelector: { 1: ['matchLabels', '{}text'] },
  Job: { 1: ['metadata', 'ObjectMeta'], 2: ['spec', 'JobSpec'], 3: ['status', 'ignored'] },
  JobSpec: { 6: ['template', 'PodTemplateSpec'], 7: ['backoffLimit', 'int'] },
  PodTemplateSpec: { 1: ['metadata', 'ObjectMeta'], 2: ['spec', 'PodSpec'] },
  PodSpec: {
    2: ['containers', '[]Container'],
    3: ['restartPolicy', 'text'],
    6: ['dnsPolicy', 'text'],
    8: ['serviceAccountName', 'text'],
    9: ['serviceAccount', 'text'],
    10: ['nodeName', 'text'],
    11: ['hostNetwork', 'bool'],
    12: ['hostPID', 'bool'],
    13: ['hostIPC', 'bool'],
    16: ['hostname', 'text'],
    17: ['subdomain', 'text'],
    19: ['schedulerName', 'text'],
    24: ['priorityClassName', 'text'],
  },
  Container: {
    1: ['name', 'text'],
    2: ['image', 'text'],
    3: ['command', '[]text'],
    4: ['args', '[]text'],
    5: ['workingDir', 'text'],
    6: ['ports', '[]ContainerPort'],
    8: ['resources', 'Nothing'],
    13: ['terminationMessagePath', 'text'],
    14: ['imagePullPolicy', 'text'],
    16: ['stdin', 'bool'],
    17: ['stdinOnce', 'bool'],
    18: ['tty', 'bool'],
    20: ['terminationMessagePolicy', 'text'],
  },
  ContainerPort: {
    1: ['name', 'text'],
    2: ['hostPort', 'int'],
    3: ['containerPort', 'int'],
    4: ['protocol', 'text'],
    5: ['hostIP', 'text'],
  },
  SelfSubjectAccessReview: {
    1: ['metadata', 'ObjectMeta'],
    2: ['spec', 'SelfSubjectAccessReviewSpec'],
    3: ['status', 'AccessStatus'],
  },
  SelfSubjectAccessReviewSpec: {
    1: ['resourceAttributes', 'ResourceAttributes'],
    2: ['nonResourceAttributes', 'NonResourceAttributes'],
  },
  ResourceAttributes: {
    1: ['namespace', 'text'],
    2: ['verb', 'text'],
    3: ['group', 'text'],
    4: ['version', 'text'],
    5: ['resource', 'text'],
    6: ['subresource', 'text'],
    7: ['name', 'text'],
  },
  NonResourceAttributes: { 1: ['path', 'text'], 2: ['verb', 'text'] },
  AccessStatus: {
    1: ['allowed', 'bool'],
    2: ['reason', 'text'],
    3: ['evaluationError', 'text'],
    4: ['denied', 'bool'],
  },
  SelfSubjectRulesReview: {
    1: ['metadata', 'ObjectMeta'],
    2: ['spec', 'RulesSpec'],
    3: ['status', 'RulesStatus'],
  },
  RulesSpec: { 1: ['namespace', 'text'] },
  RulesStatus: { 3: ['incomplete', 'bool'], 4: ['evaluationError', 'text'] },
  SelfSubjectReview: { 1: ['metadata', 'ObjectMeta'], 2: ['status', 'ReviewStatus'] },
  ReviewStatus: { 1: ['userInfo', 'UserInfo'] },
  UserInfo: { 1: ['username', 'text'], 2: ['uid', 'text'] },
  Eviction: { 1: ['metadata', 'ObjectMeta'], 2: ['deleteOptions', 'DeleteOptions'] },
  DeleteOptions: {
    1: ['gracePeriodSeconds', 'int'],
    2: ['preconditions', 'Preconditions'],
    3: ['orphanDependents', 'bool'],
    4: ['propagationPolicy', 'text'],
    5: ['dryRun', '[]text'],
  },
  Preconditions: { 1: ['uid', 'text'], 2: ['resourceVersion', 'text'] },
  Nothing: {},
};
