import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest, StringMap } from '../../../src/api/meta.ts';
import type { MeshRequest } from '../../../src/sim/mesh/data-plane.ts';
import { NGINX_OPTIONS, nginx } from '../../../src/sim/mesh/nginx.ts';
import { objectsOf, service, workload } from './objects.ts';
import { request, told } from './told.ts';

const PREFIX = 'nginx.ingress.kubernetes.io';
const plane = nginx(NGINX_OPTIONS);

interface Made {
  readonly host?: string;
  /** `PATH TYPE SERVICE`. */
  readonly paths?: readonly string[];
  /** Without their prefix. */
  readonly annotations?: StringMap;
  readonly class?: string | null;
  readonly createdAt?: string;
  readonly spec?: object;
}

function ingress(name: string, made: Made = {}): Manifest {
  const { host = 'shop.example.com', paths = ['/ Prefix stable'], annotations = {}, createdAt = '1' } = made;
  const prefixed = Object.entries(annotations).map(([key, value]) => [`${PREFIX}/${key}`, value]);
  const http = {
    paths: paths.map((line) => {
      const [path, pathType, to] = line.split(' ');
      return { path, pathType, backend: { service: { name: to, port: { number: 80 } } } };
    }),
  };
  const ingressClassName = made.class === undefined ? 'nginx' : made.class;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace: 'shop',
      creationTimestamp: `2026-01-01T00:00:0${createdAt}Z`,
      annotations: Object.fromEntries(prefixed),
    },
    spec: {
      ...(ingressClassName !== null && { ingressClassName }),
      rules: [{ ...(host !== '' && { host }), http }],
      ...made.spec,
    },
  };
}

/** A canary Ingress of a Service, made after the main one. */
function canary(annotations: StringMap, to = 'canary', more: Made = {}): Manifest {
  return ingress(`${to}-canary`, {
    createdAt: '2',
    paths: [`/ Prefix ${to}`],
    ...more,
    annotations: { canary: 'true', ...annotations },
  });
}

const both = [...workload('stable', 2), ...workload('canary', 1)];
const main = ingress('main');
const at = (weight: number, more: StringMap = {}) => canary({ 'canary-weight': `${weight}`, ...more });
const asks = (name: string, value: string) => request({ headers: { [name]: value } });
const goes = (path: string) => request({ path });
const byHeader = { 'canary-by-header': 'X-Canary' };

type Row = readonly [what: string, objects: readonly Manifest[], request: MeshRequest, told: string];

const tables: Readonly<Record<string, readonly Row[]>> = {
  weights: [
    ['without a canary', [main, ...both], request(), 'stable 100'],
    ['a share', [main, at(20), ...both], request(), 'stable 80, canary 20'],
    ['none', [main, at(0), ...both], request(), 'stable 100'],
    ['all', [main, at(100), ...both], request(), 'canary 100'],
    ['more than all', [main, at(150), ...both], request(), 'canary 100'],
    [
      "a total of one's own",
      [main, at(5, { 'canary-weight-total': '1000' }), ...both],
      request(),
      'stable 99.5, canary 0.5',
    ],
    [
      'a total below 100 counts as 100',
      [main, at(5, { 'canary-weight-total': '10' }), ...both],
      request(),
      'stable 95, canary 5',
    ],
    ['no number is 0', [main, canary({ 'canary-weight': 'half' }), ...both], request(), 'stable 100'],
    [
      'a canary that is off',
      [main, canary({ canary: 'false', 'canary-weight': '50' }), ...both],
      request(),
      'stable 100',
    ],
    ['query strings do not matter', [main, at(20), ...both], goes('/?a=b'), 'stable 80, canary 20'],
  ],
  'headers and cookies': [
    ['always', [main, at(20, byHeader), ...both], asks('x-canary', 'always'), 'canary 100'],
    ['never', [main, at(20, byHeader), ...both], asks('x-canary', 'never'), 'stable 100'],
    [
      'something else: by weight',
      [main, at(20, byHeader), ...both],
      asks('x-canary', 'yes'),
      'stable 80, canary 20',
    ],
    [
      'a value',
      [main, at(0, { ...byHeader, 'canary-by-header-value': 'me' }), ...both],
      asks('x-canary', 'me'),
      'canary 100',
    ],
    [
      'another value, though it is always',
      [main, at(0, { ...byHeader, 'canary-by-header-value': 'me' }), ...both],
      asks('x-canary', 'always'),
      'stable 100',
    ],
    [
      'a pattern',
      [main, at(0, { ...byHeader, 'canary-by-header-pattern': '^m.$' }), ...both],
      asks('x-canary', 'me'),
      'canary 100',
    ],
    [
      'not the pattern',
      [main, at(0, { ...byHeader, 'canary-by-header-pattern': '^m.$' }), ...both],
      asks('x-canary', 'mine'),
      'stable 100',
    ],
    [
      'value before pattern',
      [
        main,
        at(0, { ...byHeader, 'canary-by-header-value': 'me', 'canary-by-header-pattern': '.*' }),
        ...both,
      ],
      asks('x-canary', 'you'),
      'stable 100',
    ],
    [
      'a pattern that only PCRE knows',
      [main, at(0, { ...byHeader, 'canary-by-header-pattern': '(?=a)' }), ...both],
      asks('x-canary', 'a'),
      'refused: the simulated NGINX cannot tell where this goes: canary-by-header-pattern "(?=a)": error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
    ],
    [
      'a cookie',
      [main, at(0, { 'canary-by-cookie': 'Try' }), ...both],
      asks('cookie', 'a=b; try=always'),
      'canary 100',
    ],
    [
      'a cookie against it',
      [main, at(50, { 'canary-by-cookie': 'Try' }), ...both],
      asks('cookie', 'try=never'),
      'stable 100',
    ],
    [
      'header before cookie',
      [main, at(0, { ...byHeader, 'canary-by-cookie': 'try' }), ...both],
      request({ headers: { 'x-canary': 'never', cookie: 'try=always' } }),
      'stable 100',
    ],
  ],
  'pods that are not there': [
    [
      'no pod behind the canary: all to stable',
      [main, at(100), ...workload('stable', 1), service('canary')],
      request(),
      'stable 100',
    ],
    [
      'no Service of the canary: the same',
      [main, at(100), ...workload('stable', 1)],
      request(),
      'stable 100',
    ],
    [
      'no pod behind stable: nobody gets anything',
      [main, at(100), service('stable'), ...workload('canary', 3)],
      request(),
      '503',
    ],
    ['no Service at all', [main], request(), '503'],
  ],
  'more than one canary, or none to be one of': [
    [
      'the older of two canaries',
      [
        main,
        at(20),
        canary({ 'canary-weight': '60' }, 'late', { createdAt: '3' }),
        ...both,
        ...workload('late', 1),
      ],
      request(),
      'stable 80, canary 20',
    ],
    [
      'two of one second: the later name',
      [main, at(20), canary({ 'canary-weight': '60' }, 'late'), ...both, ...workload('late', 1)],
      request(),
      'stable 40, late 60',
    ],
    ['a canary alone', [at(50), ...both], request(), 'nothing'],
    [
      'a canary of another path',
      [main, canary({ 'canary-weight': '50' }, 'canary', { paths: ['/x Prefix canary'] }), ...both],
      request(),
      'stable 100',
    ],
    [
      'a canary of another type of path',
      [main, canary({ 'canary-weight': '50' }, 'canary', { paths: ['/ Exact canary'] }), ...both],
      request(),
      'stable 100',
    ],
    [
      'a second path that no main Ingress has undoes the first',
      [
        main,
        canary({ 'canary-weight': '50' }, 'canary', { paths: ['/ Prefix canary', '/x Prefix canary'] }),
        ...both,
      ],
      request(),
      'stable 100',
    ],
    [
      'a canary of another host',
      [main, canary({ 'canary-weight': '50' }, 'canary', { host: 'else.example.com' }), ...both],
      request(),
      'stable 100',
    ],
    [
      'a canary takes part in other Ingresses of the same Service',
      [main, ingress('also', { host: 'also.example.com' }), at(20), ...both],
      request({ host: 'also.example.com' }),
      'stable 80, canary 20',
    ],
    [
      'a preview Ingress that is older keeps the canary Service for itself',
      [
        main,
        ingress('preview', { createdAt: '0', host: 'next.example.com', paths: ['/ Prefix canary'] }),
        at(20),
        ...both,
      ],
      request(),
      'stable 100',
    ],
    [
      'a preview Ingress that is younger is not served',
      [
        main,
        ingress('preview', { createdAt: '3', host: 'next.example.com', paths: ['/ Prefix canary'] }),
        at(20),
        ...both,
      ],
      request({ host: 'next.example.com' }),
      'nothing',
    ],
    [
      'a canary of the main Service itself',
      [main, canary({ 'canary-weight': '50' }, 'stable'), ...both],
      request(),
      'stable 100',
    ],
  ],
  'hosts, classes and paths': [
    ['another host', [main, ...both], request({ host: 'else.example.com' }), 'nothing'],
    [
      'any host',
      [ingress('main', { host: '' }), ...both],
      request({ host: 'else.example.com' }),
      'stable 100',
    ],
    [
      'the host in capitals, with a port',
      [main, ...both],
      request({ host: 'SHOP.example.com:8080' }),
      'stable 100',
    ],
    ['a star for one label', [ingress('main', { host: '*.example.com' }), ...both], request(), 'stable 100'],
    [
      'a star not for two',
      [ingress('main', { host: '*.example.com' }), ...both],
      request({ host: 'a.shop.example.com' }),
      'nothing',
    ],
    [
      'the host before the star',
      [ingress('star', { host: '*.example.com', paths: ['/ Prefix canary'] }), main, ...both],
      request(),
      'stable 100',
    ],
    ['another class', [ingress('main', { class: 'internal' }), ...both], request(), 'nothing'],
    ['no class', [ingress('main', { class: null }), ...both], request(), 'nothing'],
    [
      'a canary of another class',
      [main, canary({ 'canary-weight': '50' }, 'canary', { class: 'internal' }), ...both],
      request(),
      'stable 100',
    ],
    [
      'a path that is not there',
      [ingress('main', { paths: ['/api Prefix stable'] }), ...both],
      goes('/else'),
      '404',
    ],
    ['a prefix', [ingress('main', { paths: ['/api Prefix stable'] }), ...both], goes('/api/x'), 'stable 100'],
    [
      'a prefix is of whole elements',
      [ingress('main', { paths: ['/api Prefix stable'] }), ...both],
      goes('/apis'),
      '404',
    ],
    [
      'a type left open is a prefix',
      [ingress('main', { paths: ['/api ImplementationSpecific stable'] }), ...both],
      goes('/api/x'),
      'stable 100',
    ],
    ['exact', [ingress('main', { paths: ['/api Exact stable'] }), ...both], goes('/api'), 'stable 100'],
    [
      'exact, and no more',
      [ingress('main', { paths: ['/api Exact stable'] }), ...both],
      goes('/api/'),
      '404',
    ],
    [
      'exact before prefix',
      [ingress('main', { paths: ['/api Prefix stable', '/api Exact canary'] }), ...both],
      goes('/api'),
      'canary 100',
    ],
    [
      'the longer prefix',
      [ingress('main', { paths: ['/ Prefix stable', '/api Prefix canary'] }), ...both],
      goes('/api/x'),
      'canary 100',
    ],
    [
      'the older Ingress has the path',
      [ingress('late', { createdAt: '2', paths: ['/ Prefix canary'] }), main, ...both],
      request(),
      'stable 100',
    ],
    [
      'a rewritten path is a pattern',
      [
        ingress('main', {
          paths: ['/api(/|$)(.*) ImplementationSpecific stable'],
          annotations: { 'rewrite-target': '/$2' },
        }),
        ...both,
      ],
      goes('/API/x'),
      'stable 100',
    ],
    [
      'and makes patterns of the others',
      [ingress('main', { paths: ['/a.c Prefix stable'], annotations: { 'use-regex': 'true' } }), ...both],
      goes('/abcd'),
      'stable 100',
    ],
    [
      'a default backend',
      [
        ingress('main', {
          spec: { rules: undefined, defaultBackend: { service: { name: 'stable', port: { number: 80 } } } },
        }),
        ...both,
      ],
      request({ host: 'any.example.com', path: '/x' }),
      'stable 100',
    ],
  ],
};

for (const [title, rows] of Object.entries(tables)) {
  void describe(`NGINX: ${title}`, () => {
    for (const [what, objects, asked, expected] of rows) {
      void test(`${what}: ${expected}`, () =>
        assert.equal(told(plane.route(objectsOf(objects), asked)), expected));
    }
  });
}
