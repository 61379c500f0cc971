import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from '../../src/notify/config.ts';
import { parseSelector, selects } from '../../src/notify/selector.ts';
import { isSubscriber, subscriptionsOf } from '../../src/notify/subscriptions.ts';
import { TRIGGERS, triggerOf } from '../../src/notify/triggers.ts';
import { parseYaml } from '../../src/shell/notify/configs.ts';

type Texts = Readonly<Record<string, string>>;
const read = (data: Texts, secret: Texts = {}) => parseConfig('argo-rollouts', data, secret, parseYaml);

/** ConfigMap and Secret, and every issue as `key: message`. */
const ISSUES: readonly (readonly [why: string, data: Texts, secret: Texts, issues: readonly string[]])[] = [
  ['nothing', {}, {}, []],
  ['Slack by token', { 'service.slack': 'token: $slack-token' }, { 'slack-token': 'x' }, []],
  [
    'Slack in JSON',
    { 'service.slack': '{"token": "abc", "username": "u", "icon": ":x:", "signingSecret": "s"}' },
    {},
    [],
  ],
  [
    'Slack by webhook',
    { 'service.slack': 'url: $slack-url' },
    { 'slack-url': 'https://hooks.slack.com/services/T/B/x' },
    [],
  ],
  [
    'a missing secret',
    { 'service.slack': 'token: $slack-token' },
    {},
    ['service.slack: the Secret has no slack-token'],
  ],
  [
    'a dollar within text',
    { 'service.webhook.x': 'url: http://h/$a' },
    {},
    ['service.webhook.x: $a is not in the Secret: kept as it is'],
  ],
  [
    'no token',
    { 'service.slack': 'username: u' },
    {},
    ['service.slack: needs token (of a Slack app) or url (an incoming webhook)'],
  ],
  ['not a map', { 'service.slack': 'token' }, {}, ['service.slack: must be a map of options']],
  [
    'not YAML',
    { 'service.slack': 'a: [' },
    {},
    [
      'service.slack: not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 5:',
    ],
  ],
  [
    'a bad address, never shown',
    { 'service.slack': 'url: $u' },
    { u: 'hooks secret' },
    ['service.slack: url: must be an address that begins with http:// or https://'],
  ],
  [
    'another service',
    { 'service.email.gmail': 'username: a' },
    {},
    ['service.email.gmail: service type email is not supported yet; there are slack and webhook'],
  ],
  [
    'too many dots',
    { 'service.webhook.a.b': 'url: http://h' },
    {},
    ['service.webhook.a.b: must be service.TYPE or service.TYPE.NAME'],
  ],
  [
    'everything about a webhook',
    {
      'service.webhook.x':
        'url: 5\nheaders: [{name: a}]\nbasicAuth: x\ninsecureSkipVerify: maybe\nretryMax: -1\nretryWaitMin: soon',
    },
    {},
    [
      'service.webhook.x: url: must be an address that begins with http:// or https://',
      'service.webhook.x: retryMax: must be a whole number from 0',
      'service.webhook.x: retryWaitMin: must be a duration such as 5s',
      'service.webhook.x: headers[0]: must have a name and a value',
      'service.webhook.x: basicAuth: must have username and password',
      'service.webhook.x: insecureSkipVerify: must be true or false',
    ],
  ],
  [
    'templates',
    {
      'template.a':
        'message: "{{nonsense}}"\nslack:\n  attachments: "{{if}"\nwebhook:\n  x: {method: FETCH, body: "{{.a"}',
    },
    {},
    [
      'template.a: webhook.x.method: is not an HTTP method',
      'template.a: webhook.x.body: line 1: {{ without }}',
      'template.a: message: line 1: function nonsense is not known',
      'template.a: slack.attachments: line 1: unexpected "}"',
    ],
  ],
  ['parts of other services', { 'template.a': 'message: m\nemail: {subject: "{{nonsense}}"}' }, {}, []],
  [
    'triggers',
    {
      'trigger.on-a':
        '- when: rollout.spec..x\n- send: [gone]\n- send: nothing\n- when: nobody == 1\n  oncePer: rollout.metadata.name\n  description: d',
    },
    {},
    [
      'trigger.on-a[0].when: unknown name x',
      'trigger.on-a[1].send: there is no template.gone',
      'trigger.on-a[2].send: must be a list of template names',
      'trigger.on-a[3].when: unknown name nobody',
    ],
  ],
  ['a trigger that is no list', { 'trigger.on-a': 'send: [a]' }, {}, ['trigger.on-a: must be a list']],
  [
    'default triggers',
    { defaultTriggers: 'on-a', 'defaultTriggers.slack': '- on-b' },
    {},
    ['defaultTriggers: must be a list of trigger names'],
  ],
  [
    'subscriptions',
    { subscriptions: '- recipients: [slack:a]\n  selector: "a==="\n- recipients: 5\n  triggers: 6' },
    {},
    [
      'subscriptions[0].selector: is not a label selector',
      'subscriptions[1].recipients: must be a list of trigger names',
      'subscriptions[1].triggers: must be a list of trigger names',
    ],
  ],
  ['a link', { link: '{{.rollout' }, {}, ['link: line 1: {{ without }}']],
];

void describe('every issue of the configuration is told with its key', () => {
  for (const [why, data, secret, issues] of ISSUES)
    void test(why, () => {
      const found = read(data, secret).issues.map(({ path, message }) => `${path}: ${message}`);
      assert.deepEqual(found, issues);
    });
});

void test('what is wrong with one part leaves the others as they are', () => {
  const config = read({
    'service.slack': 'token: t',
    'service.webhook.x': 'url: no',
    'template.a': 'message: m',
    'template.b': 'message: "{{"',
  });
  assert.deepEqual([...config.services.keys()], ['slack']);
  assert.deepEqual([...config.templates.keys()], ['a']);
});

void test('a service of a type may have a name of its own', () => {
  const config = read({ 'service.slack.payments': 'token: t' });
  assert.deepEqual(config.services.get('payments')?.kind, 'slack');
});

void test('only the values of the Secret that services use are kept', () => {
  const config = read({ 'service.webhook.x': 'url: http://h/?t=$token' }, { token: 'x', other: 'y' });
  assert.deepEqual(config.secrets, { token: 'x' });
});

const MANY: Texts = {
  subscriptions:
    '- recipients: [slack:all, hook]\n  triggers: [on-rollout-aborted]\n  selector: tier in (web, api),!quiet\n- recipients: [slack:defaults]',
  defaultTriggers: '[on-rollout-completed]',
  'defaultTriggers.hook': '[on-rollout-paused]',
};

/** Annotations and labels, and who is told of what. */
const SUBSCRIBED: readonly (readonly [
  why: string,
  annotations: Texts,
  labels: Texts,
  subscribed: readonly string[],
])[] = [
  ['nobody', { other: 'x' }, {}, []],
  [
    'one',
    { 'notifications.argoproj.io/subscribe.on-rollout-aborted.slack': 'a' },
    {},
    ['on-rollout-aborted slack a'],
  ],
  [
    'several recipients',
    { 'notifications.argoproj.io/subscribe.on-rollout-aborted.slack': 'a; b;;' },
    {},
    ['on-rollout-aborted slack a', 'on-rollout-aborted slack b'],
  ],
  [
    'a webhook without a recipient',
    { 'notifications.argoproj.io/subscribe.on-rollout-aborted.x': '' },
    {},
    ['on-rollout-aborted x '],
  ],
  [
    'default triggers',
    { 'notifications.argoproj.io/subscribe.slack': 'a' },
    {},
    ['on-rollout-completed slack a'],
  ],
  [
    'default triggers of a service',
    { 'notifications.argoproj.io/subscribe.hook': '' },
    {},
    ['on-rollout-paused hook '],
  ],
  [
    'a list',
    {
      'notifications.argoproj.io/subscriptions':
        '- trigger: [on-a, on-b]\n  destinations:\n  - service: slack\n    recipients: [x, y]\n- trigger: on-c\n  destinations: [{service: hook, recipients: [z]}]',
    },
    {},
    ['on-a slack x', 'on-a slack y', 'on-b slack x', 'on-b slack y', 'on-c hook z'],
  ],
  [
    'the list by its older name',
    {
      'notifications.argoproj.io/subscribe_yaml':
        '[{trigger: on-a, destinations: [{service: s, recipients: [r]}]}]',
    },
    {},
    ['on-a s r'],
  ],
  ['twice the same', { 'notifications.argoproj.io/subscribe.on-a.slack': 'a;a' }, {}, ['on-a slack a']],
];

void describe('subscribed are', () => {
  const config = read({ ...MANY, subscriptions: '' });
  for (const [why, annotations, labels, subscribed] of SUBSCRIBED)
    void test(why, () => {
      const { subscriptions } = subscriptionsOf({ annotations, labels }, config, parseYaml);
      assert.deepEqual(
        subscriptions.map((one) => `${one.trigger} ${one.service} ${one.recipient}`),
        subscribed,
      );
      assert.equal(isSubscriber(annotations), subscribed.length > 0);
    });

  void test('those of the ConfigMap, by label', () => {
    const of = (labels: Texts) =>
      subscriptionsOf({ labels }, read(MANY), parseYaml).subscriptions.map(
        (one) => `${one.trigger} ${one.service} ${one.recipient}`,
      );
    const always = 'on-rollout-completed slack defaults';
    assert.deepEqual(of({ tier: 'web' }), [
      'on-rollout-aborted slack all',
      'on-rollout-aborted hook ',
      always,
    ]);
    assert.deepEqual(of({ tier: 'web', quiet: '1' }), [always]);
    assert.deepEqual(of({}), [always]);
  });

  void test('nobody by a list that cannot be read, which is told', () => {
    const annotations = { 'notifications.argoproj.io/subscriptions': 'a: 1' };
    const { issues } = subscriptionsOf({ annotations }, config, parseYaml);
    assert.deepEqual(issues, [
      {
        path: 'metadata.annotations["notifications.argoproj.io/subscriptions"]',
        message: 'must be a list of trigger and destinations',
      },
    ]);
  });
});

/** Selector, labels, whether they match. */
const SELECTED: readonly (readonly [selector: string, labels: Texts, yes: boolean])[] = [
  ['', {}, true],
  ['a=1', { a: '1' }, true],
  ['a==1,b', { a: '1', b: '' }, true],
  ['a!=1', {}, true],
  ['a!=1', { a: '1' }, false],
  ['a in (1, 2)', { a: '2' }, true],
  ['a notin (1,2),b', { a: '2', b: 'x' }, false],
  ['!a', { a: '' }, false],
  ['toString', {}, false],
];

void describe('a selector', () => {
  for (const [selector, labels, yes] of SELECTED)
    void test(`${selector} ${JSON.stringify(labels)}`, () => {
      const parsed = parseSelector(selector);
      assert.ok(parsed !== null);
      assert.equal(selects(parsed, labels), yes);
    });
  for (const wrong of ['a b', '=a', 'a in 1', 5, 'a=1,,b'])
    void test(`cannot be ${JSON.stringify(wrong)}`, () => assert.equal(parseSelector(wrong), null));
});

void test('triggers are named for the reasons of events', () => {
  const names = ['RolloutStepCompleted', 'ScalingReplicaSet', 'AnalysisRunError', 'TrafficWeightUpdated'].map(
    triggerOf,
  );
  assert.deepEqual(names, [
    'on-rollout-step-completed',
    'on-scaling-replica-set',
    'on-analysis-run-error',
    'on-traffic-weight-updated',
  ]);
  assert.ok(names.every((name) => TRIGGERS.has(name)));
});
