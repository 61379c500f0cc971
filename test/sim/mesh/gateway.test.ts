import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Manifest } from '../../../src/api/meta.ts';
import type { MeshRequest } from '../../../src/sim/mesh/data-plane.ts';
import { gateway } from '../../../src/sim/mesh/gateway.ts';
import { objectsOf, service, workload } from './objects.ts';
import { request, told } from './told.ts';

function route(
  rules: readonly object[],
  more: { kind?: string; name?: string; hosts?: readonly string[]; second?: number } = {},
): Manifest {
  const { kind = 'HTTPRoute', name = 'shop', hosts = ['shop.example.com'], second = 1 } = more;
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name, namespace: 'shop', creationTimestamp: `2026-01-01T00:00:0${second}Z` },
    spec: { hostnames: hosts, rules },
  };
}

/** `stable 80, canary 20` as references; a name alone has no weight. */
function to(text: string): { readonly backendRefs: readonly object[] } {
  const backendRefs = text.split(', ').map((part) => {
    const [name, weight] = part.split(' ');
    return { name, port: 80, ...(weight !== undefined && { weight: Number(weight) }) };
  });
  return { backendRefs };
}

const path = (value: string, type = 'PathPrefix') => ({ path: { type, value } });
const when = (...matches: readonly object[]) => ({ matches });
const header = (name: string, value: string, type?: string) => ({
  headers: [{ name, value, ...(type && { type }) }],
});
const both = [...workload('stable', 2), ...workload('canary', 1)];
const goes = (at: string, more: Partial<MeshRequest> = {}) => request({ path: at, ...more });
const asks = (name: string, value: string) => request({ headers: { [name]: value } });
const call = (at: string) =>
  goes(at, { method: 'POST', headers: { 'content-type': 'application/grpc+proto' } });
const mirror = (more: object) => ({
  filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'canary', port: 80 }, ...more } }],
});

type Row = readonly [what: string, routes: readonly Manifest[], request: MeshRequest, told: string];

const tables: Readonly<Record<string, readonly Row[]>> = {
  weights: [
    ['a share', [route([to('stable 80, canary 20')])], request(), 'stable 80, canary 20'],
    ['weights are proportions', [route([to('stable 1, canary 3')])], request(), 'stable 25, canary 75'],
    ['without a weight it is 1', [route([to('stable, canary 4')])], request(), 'stable 20, canary 80'],
    ['0 is none', [route([to('stable 100, canary 0')])], request(), 'stable 100'],
    ['nothing but 0', [route([to('stable 0, canary 0')])], request(), '500'],
    ['no backend', [route([{}])], request(), '500'],
    [
      'a Service that is not there fails its share',
      [route([to('stable 90, gone 10')])],
      request(),
      'stable 90, 500 10',
    ],
    [
      'so does a port that is not there',
      [route([{ backendRefs: [{ name: 'stable', port: 81 }] }])],
      request(),
      '500 100',
    ],
    [
      'and a reference to something else',
      [route([{ backendRefs: [{ kind: 'Bucket', name: 'stable', port: 80 }] }])],
      request(),
      '500 100',
    ],
    [
      'a Service without pods keeps its share',
      [route([to('stable 50, empty 50')])],
      request(),
      'stable 50, empty 50',
    ],
  ],
  precedence: [
    [
      'exact before prefix',
      [
        route([
          { ...when(path('/a')), ...to('stable') },
          { ...when(path('/a', 'Exact')), ...to('canary') },
        ]),
      ],
      goes('/a'),
      'canary 100',
    ],
    [
      'the longer prefix',
      [
        route([
          { ...when(path('/')), ...to('stable') },
          { ...when(path('/a')), ...to('canary') },
        ]),
      ],
      goes('/a/b'),
      'canary 100',
    ],
    [
      'a prefix is of whole elements',
      [
        route([
          { ...when(path('/')), ...to('stable') },
          { ...when(path('/a')), ...to('canary') },
        ]),
      ],
      goes('/ab'),
      'stable 100',
    ],
    [
      'path before method',
      [
        route([
          { ...when({ ...path('/'), method: 'GET' }), ...to('stable') },
          { ...when(path('/a')), ...to('canary') },
        ]),
      ],
      goes('/a'),
      'canary 100',
    ],
    [
      'method before headers',
      [
        route([
          { ...when({ ...path('/'), ...header('a', 'b') }), ...to('stable') },
          { ...when({ ...path('/'), method: 'GET' }), ...to('canary') },
        ]),
      ],
      asks('a', 'b'),
      'canary 100',
    ],
    [
      'headers before none',
      [route([to('stable'), { ...when(header('x-canary', '1')), ...to('canary') }])],
      asks('x-canary', '1'),
      'canary 100',
    ],
    [
      'another value of the header',
      [route([to('stable'), { ...when(header('x-canary', '1')), ...to('canary') }])],
      asks('x-canary', '2'),
      'stable 100',
    ],
    [
      'a pattern stands for the whole value',
      [route([to('stable'), { ...when(header('X-Canary', 'b.*', 'RegularExpression')), ...to('canary') }])],
      asks('x-canary', 'abc'),
      'stable 100',
    ],
    [
      'a pattern',
      [route([to('stable'), { ...when(header('X-Canary', 'b.*', 'RegularExpression')), ...to('canary') }])],
      asks('x-canary', 'beta'),
      'canary 100',
    ],
    [
      'query parameters',
      [route([to('stable'), { ...when({ queryParams: [{ name: 'try', value: 'yes' }] }), ...to('canary') }])],
      goes('/?try=yes'),
      'canary 100',
    ],
    [
      'one of several matches is enough',
      [route([to('stable'), { ...when(path('/x'), path('/y')), ...to('canary') }])],
      goes('/y'),
      'canary 100',
    ],
    ['of equals the first rule', [route([to('canary'), to('stable')])], request(), 'canary 100'],
    [
      'of equals the older route',
      [route([to('stable')], { name: 'a', second: 2 }), route([to('canary')], { name: 'b' })],
      request(),
      'canary 100',
    ],
    [
      'of one age the first name',
      [route([to('stable')], { name: 'b' }), route([to('canary')], { name: 'a' })],
      request(),
      'canary 100',
    ],
    [
      'a rule of another route with a narrower path',
      [route([to('stable')]), route([{ ...when(path('/a')), ...to('canary') }], { name: 'z', second: 5 })],
      goes('/a'),
      'canary 100',
    ],
    ['no rule fits', [route([{ ...when(path('/a')), ...to('stable') }])], goes('/b'), '404'],
  ],
  hosts: [
    ['another host', [route([to('stable')])], request({ host: 'else.example.com' }), 'nothing'],
    [
      'every host',
      [route([to('stable')], { hosts: [] })],
      request({ host: 'else.example.com' }),
      'stable 100',
    ],
    [
      'a star',
      [route([to('stable')], { hosts: ['*.example.com'] })],
      request({ host: 'a.b.example.com' }),
      'stable 100',
    ],
    [
      'a star needs a label',
      [route([to('stable')], { hosts: ['*.example.com'] })],
      request({ host: 'example.com' }),
      'nothing',
    ],
    [
      'the host before a star, whatever the path',
      [
        route([{ ...when(path('/a/b')), ...to('stable') }], { hosts: ['*.example.com'] }),
        route([to('canary')], { name: 'z' }),
      ],
      goes('/a/b'),
      'canary 100',
    ],
    [
      'the longer star',
      [
        route([to('stable')], { hosts: ['*.example.com'] }),
        route([to('canary')], { name: 'z', hosts: ['*.shop.example.com'] }),
      ],
      request({ host: 'a.shop.example.com' }),
      'canary 100',
    ],
  ],
  filters: [
    [
      'a mirror',
      [route([{ ...mirror({}), ...to('stable') }])],
      request(),
      'stable 100, copies to canary 100',
    ],
    [
      'of some',
      [route([{ ...mirror({ percent: 25 }), ...to('stable') }])],
      request(),
      'stable 100, copies to canary 25',
    ],
    [
      'of a fraction',
      [route([{ ...mirror({ fraction: { numerator: 1, denominator: 8 } }), ...to('stable') }])],
      request(),
      'stable 100, copies to canary 12.5',
    ],
    [
      'headers may change',
      [
        route([
          {
            filters: [
              { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'a', value: 'b' }] } },
            ],
            ...to('stable'),
          },
        ]),
      ],
      request(),
      'stable 100',
    ],
    [
      'a redirect is refused by name',
      [route([{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] }])],
      request(),
      'refused: the simulated Gateway cannot do what HTTPRoute shop/shop asks: filter RequestRedirect',
    ],
    [
      'so is rewriting for one backend',
      [route([{ backendRefs: [{ name: 'stable', port: 80, filters: [{ type: 'URLRewrite' }] }] }])],
      request(),
      'refused: the simulated Gateway cannot do what HTTPRoute shop/shop asks: filter URLRewrite',
    ],
    [
      'and a pattern that cannot be read, where it decides',
      [route([{ ...when(path('(', 'RegularExpression')), ...to('stable') }])],
      request(),
      'refused: the simulated Gateway cannot do what HTTPRoute shop/shop asks: pattern "(": error parsing regexp: missing closing ): `^(?:()$`',
    ],
  ],
  gRPC: [
    [
      'a call by its service',
      [
        route([to('stable'), { ...when({ method: { service: 'shop.Cart' } }), ...to('canary') }], {
          kind: 'GRPCRoute',
        }),
      ],
      call('/shop.Cart/Add'),
      'canary 100',
    ],
    [
      'and method',
      [
        route(
          [
            { ...when({ method: { service: 'shop.Cart' } }), ...to('stable') },
            { ...when({ method: { service: 'shop.Cart', method: 'Add' } }), ...to('canary') },
          ],
          { kind: 'GRPCRoute' },
        ),
      ],
      call('/shop.Cart/Add'),
      'canary 100',
    ],
    [
      'another service',
      [
        route([to('stable'), { ...when({ method: { service: 'shop.Cart' } }), ...to('canary') }], {
          kind: 'GRPCRoute',
        }),
      ],
      call('/shop.Till/Pay'),
      'stable 100',
    ],
    ['what is no call does not see it', [route([to('stable')], { kind: 'GRPCRoute' })], request(), 'nothing'],
    [
      'a call goes by HTTPRoutes where there are no others',
      [route([to('canary')])],
      call('/a/b'),
      'canary 100',
    ],
  ],
};

for (const [title, rows] of Object.entries(tables)) {
  void describe(`Gateway: ${title}`, () => {
    for (const [what, routes, asked, expected] of rows) {
      void test(`${what}: ${expected}`, () => {
        const objects = objectsOf([...routes, ...both, service('empty')]);
        assert.equal(told(gateway.route(objects, asked)), expected);
      });
    }
  });
}
