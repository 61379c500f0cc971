import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Posted, type Slack, startSlack } from '../../../src/cli/demo/slack.ts';
import { slackBox } from '../../../src/cli/demo/slack-box.ts';
import { wrapped } from '../../../src/cli/demo/wrapped.ts';
import { plain } from '../../../src/cli/text/paint.ts';

void describe('the stand-in for Slack', () => {
  const posts: Posted[] = [];
  let slack: Slack;
  before(async () => {
    slack = await startSlack((posted) => posts.push(posted));
  });
  after(() => slack.close());

  const post = async (body: string, token = slack.token, method = 'chat.postMessage') => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${slack.apiUrl}${method}`, { method: 'POST', headers, body });
    return answer.status === 200 ? ((await answer.json()) as { ok: boolean; error?: string }) : answer.status;
  };

  void test('refuses as Slack does', async () => {
    assert.deepEqual(await post('{}', 'wrong'), { ok: false, error: 'invalid_auth' });
    assert.deepEqual(await post('{}', slack.token, 'chat.delete'), { ok: false, error: 'unknown_method' });
    assert.deepEqual(await post('[1'), { ok: false, error: 'invalid_json' });
    assert.equal(await post(' '.repeat(300_000)), 413);
    assert.deepEqual(posts, []);
  });

  void test('shows title, fields, reasons and what can be typed', async () => {
    const message = {
      channel: 'releases',
      text: '*a/b: revision 2 was rolled back*',
      attachments: [
        {
          color: '#e01e5a',
          blocks: [
            { type: 'section', fields: [{ type: 'mrkdwn', text: '*From*\nrevision 1' }] },
            { type: 'section', text: { type: 'mrkdwn', text: 'x &lt; 1 &amp;&amp; y\nand more' } },
            { type: 'context', elements: [{ type: 'mrkdwn', text: '`kubectl sluice`' }] },
          ],
        },
      ],
    };
    const answer = await post(JSON.stringify(message));
    assert.ok(typeof answer === 'object' && answer.ok);
    const [posted] = posts;
    assert.deepEqual(posted, {
      channel: 'releases',
      title: 'a/b: revision 2 was rolled back',
      lines: ['From: revision 1', 'x < 1 && y', 'and more', 'kubectl sluice'],
      color: '#e01e5a',
    });
    const box = slackBox({ ...posted, lines: ['From: revision 1'] }, plain, (text) => wrapped(text, 12));
    assert.deepEqual(box, ['▌ a/b:', '▌ revision 2', '▌ was rolled', '▌ back', '▌ From:', '▌ revision 1']);
  });
});

void describe('long lines', () => {
  const rows = [
    ['short', 10, ['short']],
    ['one two three', 7, ['one two', 'three']],
    ['abcdefgh ij', 4, ['abcd', 'efgh', 'ij']],
    ['', 4, ['']],
  ] as const;
  for (const [text, width, lines] of rows)
    void test(`${text} in ${width}`, () => assert.deepEqual(wrapped(text, width), lines));
});
