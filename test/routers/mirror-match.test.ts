import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mirrored } from '../../src/routers/gateway/matches.ts';

/** Patterns of a mirror's method, and the methods that its rules name. */
const rows: readonly (readonly [regex: string, methods: readonly string[]])[] = [
  ['GET', ['GET']],
  ['P.*', ['POST', 'PUT', 'PATCH']],
  ['(?i)get|head', ['GET', 'HEAD']],
  ['ET', []],
  ['(', []],
  // Each of these has more ways through a method's name than could ever be tried one by one.
  ['(?:.?){900}x', []],
  ['(?:(?:.?.?){30}){30}', ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']],
  ['(.+)+(.+)+(.+)+$x', []],
];
for (const [regex, methods] of rows) {
  void test(`a mirror of method /${regex}/ names ${methods.length} methods`, () =>
    assert.deepEqual(
      mirrored({}, { method: { regex } }).map((match) => match['method']),
      methods,
    ));
}
