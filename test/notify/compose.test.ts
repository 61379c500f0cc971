import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { choose, compose, verdictOf } from '../../src/notify/compose.ts';
import { type NotifyConfig, parseConfig } from '../../src/notify/config.ts';
import type { NotifyAnswer, NotifyRequest } from '../../src/notify/http.ts';
import { transitionsIn } from '../../src/notify/transitions.ts';
import { parseYaml } from '../../src/shell/notify/configs.ts';
import { abortedStatus, FAILED_RUN, NOW, snapshot } from './support/release.ts';

type Texts = Readonly<Record<string, string>>;

const STATE = snapshot(abortedStatus('x'), { runs: [FAILED_RUN] });
const ABORTED = transitionsIn(STATE).find((one) => one.reason === 'RolloutAborted');

// As users have it: a field list with commas in between, made by a loop.
const CATALOGUE: Texts = {
  'template.rollout-aborted': `message: Rollout {{.rollout.metadata.name}} has been aborted.
slack:
  attachments: |
      [{
        "title": "{{ .rollout.metadata.name}}",
        "color": "#E01E5A",
        "fields": [
        {"title": "Strategy", "value": "{{if .rollout.spec.strategy.blueGreen}}BlueGreen{{end}}{{if .rollout.spec.strategy.canary}}Canary{{end}}"}
        {{range $index, $c := .rollout.spec.template.spec.containers}}
          {{if not $index}},{{end}}
          {{if $index}},{{end}}
          {"title": "{{$c.name}}", "value": "{{$c.image}}"}
        {{end}}
        ]
      }]
webhook:
  ci:
    method: patch
    path: /builds/{{.rollout.metadata.name}}?state={{ (index .analysisRuns 0).status.phase }}
    body: '{"token": "{{.secrets.key}}", "to": "{{.recipient}}", "at": "{{(call .time.Now).Format "15:04"}}"}'
`,
};

const SERVICES: Texts = {
  'service.slack': 'token: $slack-token\nusername: releases\nicon: ":rocket:"\ndisableUnfurl: true',
  'service.slack.plain': 'token: t\napiURL: http://slack.local/api\nicon: rocket\ninsecureSkipVerify: true',
  'service.slack.hook': 'url: https://hooks.slack.com/services/T/B/x',
  'service.webhook.ci':
    'url: https://ci.local/api/\nheaders: [{name: X-Key, value: $key}]\nbasicAuth: {username: u, password: "1"}',
  'service.webhook.quiet': 'url: http://quiet.local/a?b=c',
};
const SECRET: Texts = { 'slack-token': 'xoxb-1', key: 'k3y' };
const CONFIG = parseConfig('argo-rollouts', { ...SERVICES, ...CATALOGUE }, SECRET, parseYaml);

function packed(service: string, templates: readonly string[] | null, config: NotifyConfig = CONFIG) {
  const found = config.services.get(service);
  assert.ok(found !== undefined && ABORTED !== undefined);
  const due = {
    to: { trigger: ABORTED.trigger, service, recipient: 'dev' },
    transition: ABORTED,
    snapshot: STATE,
    progress: null,
  };
  return compose(config, found, due, templates, NOW);
}

function requestOf(service: string, templates: readonly string[] | null): NotifyRequest {
  const made = packed(service, templates);
  assert.ok(made.kind === 'packed', made.kind === 'error' ? made.message : '');
  return made.request;
}

void describe('a template of the user makes', () => {
  void test('a Slack message with attachments', () => {
    const { body, ...request } = requestOf('slack', ['rollout-aborted']);
    assert.deepEqual(request, {
      method: 'POST',
      url: 'https://slack.com/api/chat.postMessage',
      headers: { 'content-type': 'application/json; charset=utf-8', authorization: 'Bearer xoxb-1' },
      insecure: false,
    });
    assert.deepEqual(JSON.parse(body ?? ''), {
      channel: 'dev',
      text: 'Rollout checkout has been aborted.',
      attachments: [
        {
          title: 'checkout',
          color: '#E01E5A',
          fields: [
            { title: 'Strategy', value: 'Canary' },
            { title: 'web', value: 'registry.example.com/shop/checkout:1.5' },
            { title: 'proxy', value: 'envoy:3' },
          ],
        },
      ],
      username: 'releases',
      icon_emoji: ':rocket:',
      unfurl_links: false,
      unfurl_media: false,
    });
  });

  void test('a request to a webhook, with method, path and body', () => {
    assert.deepEqual(requestOf('ci', ['rollout-aborted']), {
      method: 'PATCH',
      url: 'https://ci.local/api/builds/checkout?state=Failed',
      headers: { 'x-key': 'k3y', authorization: 'Basic dTox' },
      body: '{"token": "k3y", "to": "dev", "at": "08:00"}',
      insecure: false,
    });
  });

  void test('a GET with the message, where it has no section for the webhook', () => {
    const { method, url, body } = requestOf('quiet', ['rollout-aborted']);
    assert.deepEqual(
      [method, url, body],
      ['GET', 'http://quiet.local/a?b=c', 'Rollout checkout has been aborted.'],
    );
  });
});

void describe('the built-in message goes', () => {
  void test('to another Slack server, without an icon that is none', () => {
    const made = packed('plain', null);
    assert.ok(made.kind === 'packed');
    assert.equal(made.request.url, 'http://slack.local/api/chat.postMessage');
    assert.equal(made.request.insecure, true);
    assert.equal(made.warning, 'icon is neither an :emoji: nor an address and was left out');
  });

  void test('to an incoming webhook of Slack without channel and token', () => {
    const { url, headers, body } = requestOf('hook', null);
    assert.equal(url, 'https://hooks.slack.com/services/T/B/x');
    assert.deepEqual(Object.keys(headers), ['content-type']);
    assert.deepEqual(Object.keys(JSON.parse(body ?? '') as object), ['text', 'attachments']);
  });

  void test('to a webhook service at an address of Slack in the form of Slack', () => {
    const config = parseConfig(
      'n',
      { 'service.webhook.x': 'url: https://hooks.slack.com/services/T/B/x' },
      {},
      parseYaml,
    );
    const made = packed('x', null, config);
    assert.ok(made.kind === 'packed');
    assert.deepEqual(Object.keys(JSON.parse(made.request.body ?? '') as object), ['text', 'attachments']);
  });

  void test('to any other webhook as JSON by POST', () => {
    const { method, headers, body } = requestOf('quiet', null);
    assert.deepEqual([method, headers], ['POST', { 'content-type': 'application/json' }]);
    const { trigger, namespace, rollout, tone } = JSON.parse(body ?? '') as Readonly<Record<string, unknown>>;
    assert.deepEqual([trigger, namespace, rollout, tone], ['on-rollout-aborted', 'shop', 'checkout', 'bad']);
  });

  void test('with a link, where one is configured', () => {
    const link = 'https://x.local/{{.rollout.metadata.namespace}}/{{.rollout.metadata.name}}';
    const config = parseConfig('n', { ...SERVICES, link }, SECRET, parseYaml);
    const made = packed('slack', null, config);
    assert.ok(made.kind === 'packed');
    assert.match(made.request.body ?? '', /<https:\/\/x\.local\/shop\/checkout\|Open>/);
  });
});

void test('attachments that are no JSON are left out, and that is told', () => {
  const template = { 'template.a': 'message: text\nslack: {attachments: "{", blocks: "{}"}' };
  const config = parseConfig('n', { ...SERVICES, ...template }, SECRET, parseYaml);
  const made = packed('slack', ['a'], config);
  assert.ok(made.kind === 'packed');
  assert.equal(
    made.warning,
    'slack.attachments is not a JSON list and was left out; slack.blocks is not a JSON list and was left out',
  );
  assert.equal((JSON.parse(made.request.body ?? '') as { readonly text: string }).text, 'text');
});

void test('several templates make one message', () => {
  const two = { 'template.a': 'message: text', 'template.b': 'slack: {blocks: \'[{"type": "divider"}]\'}' };
  const made = packed('slack', ['a', 'b'], parseConfig('n', { ...SERVICES, ...two }, SECRET, parseYaml));
  assert.ok(made.kind === 'packed');
  const { text, blocks } = JSON.parse(made.request.body ?? '') as Readonly<Record<string, unknown>>;
  assert.deepEqual([text, blocks], ['text', [{ type: 'divider' }]]);
});

void test('a template that fails says which and why', () => {
  const config = parseConfig(
    'n',
    { ...SERVICES, 'template.a': 'message: "{{.rollout.metadata.name.x}}"' },
    SECRET,
    parseYaml,
  );
  assert.deepEqual(packed('slack', ['a'], config), {
    kind: 'error',
    message: 'template a: message: line 1: a string has no field x',
  });
  assert.deepEqual(packed('slack', ['b'], config), { kind: 'error', message: 'cannot use template b' });
});

/** The trigger as configured, and what is sent: templates, with the value of oncePer. */
const CHOICES: readonly (readonly [
  why: string,
  trigger: string | null,
  choices: readonly unknown[],
  errors: readonly string[],
])[] = [
  ['the built-in message', null, [{ kind: 'send', templates: null, once: null }], []],
  ['without a condition', '- send: [a]', [{ kind: 'send', templates: ['a'], once: null }], []],
  [
    'a condition that holds',
    "- send: [a]\n  when: rollout.spec.replicas == 10 and rollout.metadata.name contains 'check'",
    [{ kind: 'send', templates: ['a'], once: null }],
    [],
  ],
  [
    'a condition that does not hold',
    '- send: [a]\n  when: rollout.spec.replicas > 10',
    [{ kind: 'none' }],
    [],
  ],
  [
    'one of two',
    '- send: [a]\n  when: "false"\n- send: [b]\n  when: len(analysisRuns) == 1',
    [{ kind: 'send', templates: ['b'], once: null }],
    [],
  ],
  [
    'once per revision',
    '- send: [a]\n  oncePer: rollout.metadata.annotations["rollout.argoproj.io/revision"]',
    [{ kind: 'send', templates: ['a'], once: '5' }],
    [],
  ],
  [
    'a condition that fails',
    '- send: [a]\n  when: rollout.spec.replicas + "a" == 1',
    [{ kind: 'none' }],
    ['invalid operation: float64 + string'],
  ],
];

void describe('a trigger chooses', () => {
  for (const [why, trigger, choices, errors] of CHOICES)
    void test(why, () => {
      const data = trigger === null ? {} : { 'trigger.on-rollout-aborted': trigger };
      const config = parseConfig(
        'n',
        { ...data, 'template.a': 'message: a', 'template.b': 'message: b' },
        {},
        parseYaml,
      );
      assert.deepEqual(config.issues, []);
      assert.ok(ABORTED !== undefined);
      const found = choose(config, ABORTED, STATE, NOW);
      assert.deepEqual(found.choices, choices);
      assert.deepEqual(
        found.errors.map((message) => message.replace(/^(invalid operation: \S+ \+ \S+).*$/, '$1')),
        errors,
      );
    });
});

/** Service, answer, what it means. */
const VERDICTS: readonly (readonly [service: string, answer: Partial<NotifyAnswer>, verdict: string])[] = [
  ['slack', { body: '{"ok":true}' }, 'sent'],
  [
    'slack',
    { body: '{"ok":false,"error":"not_in_channel"}' },
    'refused: Slack: not_in_channel (is the channel right, and has the app been invited to it?)',
  ],
  [
    'slack',
    { body: '{"ok":false,"error":"invalid_auth"}' },
    'refused: Slack: invalid_auth (is the token in the Secret right?)',
  ],
  ['slack', { body: '{"ok":false,"error":"ratelimited"}' }, 'retry: Slack: ratelimited'],
  ['slack', { body: '<html>' }, 'retry: Slack: an answer that is not JSON'],
  ['slack', { status: 429, headers: { 'retry-after': '30' } }, 'retry after 30000: HTTP 429'],
  ['slack', { status: 503, body: 'down' }, 'retry: HTTP 503: down'],
  ['hook', { body: 'ok' }, 'sent'],
  ['hook', { status: 403, body: 'invalid_token' }, 'refused: HTTP 403: invalid_token'],
  ['hook', { status: 429, headers: { 'retry-after': '1' }, body: 'x' }, 'retry after 1000: HTTP 429: x'],
  ['ci', { status: 204 }, 'sent'],
  ['ci', { status: 301 }, 'refused: HTTP 301'],
  ['ci', { status: 400, body: ' bad\n request ' }, 'refused: HTTP 400: bad request'],
  ['ci', { status: 408 }, 'retry: HTTP 408'],
  ['ci', { status: 500 }, 'retry: HTTP 500'],
  ['ci', { status: 501 }, 'refused: HTTP 501'],
  ['ci', { status: 429, headers: { 'retry-after': 'Fri, 31 Dec 2027 23:59:59 GMT' } }, 'retry: HTTP 429'],
];

void describe('an answer means', () => {
  for (const [name, answer, verdict] of VERDICTS)
    void test(`${name} ${JSON.stringify(answer)}`, () => {
      const service = CONFIG.services.get(name);
      assert.ok(service !== undefined);
      const found = verdictOf(service, { status: 200, headers: {}, body: '', ...answer });
      const after = found.kind === 'retry' && found.afterMs !== null ? ` after ${found.afterMs}` : '';
      assert.equal(found.kind === 'sent' ? 'sent' : `${found.kind}${after}: ${found.reason}`, verdict);
    });
});
