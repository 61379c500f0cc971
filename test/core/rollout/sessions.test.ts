import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Rollout } from '../../../src/api/rollout.ts';
import { sessionIssues, sessionTarget } from '../../../src/core/rollout/sessions.ts';
import { ALL_STABLE, type HeaderRoute, type Routes } from '../../../src/core/routes.ts';
import type { RouterView } from '../../../src/core/world.ts';

/** Who has seen the canary stays with it: by which cookie, and for how long. */

const KEY = 'sluice.dev/sticky-sessions';

function rollout(asked: string | null, name = 'web'): Rollout {
  const annotations = asked === null ? {} : { annotations: { [KEY]: asked } };
  const metadata = { name, namespace: 'shop', ...annotations };
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata, spec: {} };
}

const vip: HeaderRoute = { name: 'vip', match: [{ headerName: 'x-vip', headerValue: { exact: 'yes' } }] };
const weight = (canaryWeight: number): Routes => ({ ...ALL_STABLE, canaryWeight });
const byHeader: Routes = { ...ALL_STABLE, headers: [vip] };
const copies: Routes = { ...ALL_STABLE, mirrors: [{ name: 'copy', percentage: 100, match: [] }] };

type Row = readonly [what: string, asked: string | null, routes: Routes, abort: boolean, cookie: string];

const rows: readonly Row[] = [
  ['not asked for', null, weight(20), false, 'none'],
  ['before the canary gets any traffic', 'cookie', weight(0), false, 'none'],
  ['from the first weight on', 'cookie', weight(1), false, 'sluice-web=hash2'],
  ['until all of it', 'cookie', weight(100), false, 'sluice-web=hash2'],
  ['at weight 0, where a header leads to the canary', 'cookie', byHeader, false, 'sluice-web=hash2'],
  ['copies show it to nobody', 'cookie', copies, false, 'none'],
  ['a name of the user', 'cookie=try_next', weight(20), false, 'try_next=hash2'],
  ['an abort ends it, while weights are still on their way', 'cookie', weight(20), true, 'none'],
  ['an abort ends it with header routes', 'cookie', byHeader, true, 'none'],
  ['what cannot be read is none', 'header', weight(20), false, 'none'],
];

void describe('the session in force', () => {
  for (const [what, asked, routes, abort, cookie] of rows) {
    void test(`${what}: ${cookie}`, () => {
      const session = sessionTarget({ rollout: rollout(asked), hash: 'hash2' }, { abort }, routes);
      assert.equal(session === null ? 'none' : `${session.cookie}=${session.value}`, cookie);
    });
  }

  void test('another canary has another value', () => {
    const values = ['a', 'b'].map(
      (hash) => sessionTarget({ rollout: rollout('cookie'), hash }, { abort: undefined }, weight(5))?.value,
    );
    assert.deepEqual(values, ['a', 'b']);
  });

  void test('the cookie of a Rollout with a very long name has 64 letters', () => {
    const long = rollout('cookie', 'x'.repeat(200));
    const session = sessionTarget({ rollout: long, hash: 'a' }, { abort: undefined }, weight(5));
    assert.equal(session?.cookie, `sluice-${'x'.repeat(57)}`);
  });
});

const NOT_A_NAME =
  'must be `cookie`, or `cookie=NAME` with a name of letters, digits and `._-` that begins with a letter';
const NEED = 'sticky sessions need an HTTPRoute of the Gateway API';

function router(name: string, sessions: boolean): RouterView {
  return {
    name,
    refs: [],
    routes: ALL_STABLE,
    settled: true,
    lags: false,
    can: { headers: false, mirror: false, verify: false, sessions },
    put: () => [],
    tell: () => [],
  };
}

const gateway = router('argoproj-labs/gatewayAPI', true);
const nginx = router('nginx', false);

const issues: readonly [string, string | null, readonly RouterView[], string][] = [
  ['nothing is asked for', null, [nginx], ''],
  ['a router that can', 'cookie', [gateway], ''],
  ['a name', 'cookie=a.b-c_1', [gateway], ''],
  ['no router at all', 'cookie', [], NEED],
  ['a router that cannot', 'cookie', [nginx], `${NEED}: nginx cannot keep them`],
  ['one of two cannot', 'cookie', [nginx, gateway], `${NEED}: nginx cannot keep them`],
  ...['', 'true', 'cookie=', 'cookie=a b', 'cookie=a=b', 'cookie=__Host-a', `cookie=${'a'.repeat(65)}`].map(
    (value): [string, string, readonly RouterView[], string] => [
      `"${value}" is nothing we know`,
      value,
      [gateway],
      NOT_A_NAME,
    ],
  ),
];

void describe('sessions that cannot be kept', () => {
  for (const [what, asked, routers, message] of issues) {
    void test(what, () => {
      const found = sessionIssues({ rollout: rollout(asked), routers, routerIssues: [] });
      const path = `metadata.annotations["${KEY}"]`;
      assert.deepEqual(found, message === '' ? [] : [{ path, message }]);
    });
  }

  void test('what is wrong with the router itself is told alone', () => {
    const wrong = [{ path: 'spec', message: 'unknown field' }];
    assert.deepEqual(sessionIssues({ rollout: rollout('cookie'), routers: [], routerIssues: wrong }), []);
  });
});
