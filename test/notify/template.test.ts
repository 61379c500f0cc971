import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Dict, parseTemplate, render } from '../../src/notify/template.ts';

const NOW = Date.parse('2026-11-21T08:00:00Z');

const DATA: Dict = {
  rollout: {
    metadata: { name: 'checkout', namespace: 'shop', labels: { team: 'pay', 'a/b': 'c' } },
    spec: {
      replicas: 10,
      strategy: { canary: { steps: [{ setWeight: 10 }, { pause: {} }, { setWeight: 60 }] } },
      template: {
        spec: {
          containers: [
            { name: 'web', image: 'shop/checkout:1.4.2' },
            { name: 'log', image: 'log:2' },
          ],
        },
      },
    },
    status: { currentStepIndex: 1, abortedAt: '2026-11-21T07:58:30Z', big: 1e21, small: 0.00001 },
  },
  empty: [],
  none: null,
  html: '<a & "b">',
};

/** Template and the text that it makes. */
const ROWS: readonly (readonly [why: string, template: string, made: string])[] = [
  ['plain text', 'no action', 'no action'],
  ['a field', '{{.rollout.metadata.name}}', 'checkout'],
  ['a field with space', '{{ .rollout.metadata.name }}', 'checkout'],
  ['a whole number', '{{.rollout.spec.replicas}}', '10'],
  ['a large number', '{{.rollout.status.big}}', '1e+21'],
  ['a small number', '{{.rollout.status.small}}', '1e-05'],
  ['an absent field', '{{.rollout.metadata.nothing}}', '<no value>'],
  ['a field of an absent field', '{{.rollout.nothing.at.all}}', '<no value>'],
  ['null', '{{.none}}', '<no value>'],
  ['a list', '{{list 1 "a" true}}', '[1 a true]'],
  ['a map', '{{.rollout.metadata.labels}}', 'map[a/b:c team:pay]'],
  ['trims', 'a  {{- " b " -}}  c', 'a b c'],
  ['a minus sign is no trim', '{{-1}}', '-1'],
  ['a comment', 'a{{/* {{ }} */}}b', 'ab'],
  ['a trimming comment', 'a  {{- /* x */ -}}  b', 'ab'],
  ['if', '{{if .rollout.spec.strategy.canary}}Canary{{end}}', 'Canary'],
  ['if not', '{{if .rollout.spec.strategy.blueGreen}}B{{end}}', ''],
  ['else', '{{if .empty}}a{{else}}b{{end}}', 'b'],
  ['else if', '{{if .empty}}a{{else if eq 1 2}}b{{else if true}}c{{else}}d{{end}}', 'c'],
  ['if with a variable', '{{if $n := .rollout.metadata.name}}{{$n}}{{end}}', 'checkout'],
  ['with', '{{with .rollout.metadata}}{{.name}}/{{$.rollout.spec.replicas}}{{end}}', 'checkout/10'],
  ['with nothing', '{{with .none}}a{{else}}b{{end}}', 'b'],
  ['range', '{{range .rollout.spec.template.spec.containers}}{{.name}} {{end}}', 'web log '],
  [
    'range with index',
    '{{range $i, $c := .rollout.spec.template.spec.containers}}{{if $i}},{{end}}{{$c.name}}{{end}}',
    'web,log',
  ],
  [
    'range over a map in order',
    '{{range $k, $v := .rollout.metadata.labels}}{{$k}}={{$v}};{{end}}',
    'a/b=c;team=pay;',
  ],
  ['range over nothing', '{{range .empty}}a{{else}}none{{end}}', 'none'],
  [
    'break and continue',
    '{{range until 9}}{{if eq . 2}}{{continue}}{{end}}{{if gt . 4}}{{break}}{{end}}{{.}}{{end}}',
    '0134',
  ],
  ['a variable is set anew', '{{$n := 1}}{{range until 3}}{{$n = add $n .}}{{end}}{{$n}}', '4'],
  ['a variable of a block hides', '{{$n := 1}}{{if true}}{{$n := 2}}{{end}}{{$n}}', '1'],
  ['a pipe', '{{.rollout.metadata.name | upper | printf "%s-%s" "x"}}', 'x-CHECKOUT'],
  ['a group', '{{len (list 1 2 3)}}{{(list 1 2) | len}}', '32'],
  ['a field of a group', '{{(dict "a" (dict "b" 5)).a.b}}', '5'],
  ['a field of a variable', '{{$m := .rollout.metadata}}{{$m.name}}', 'checkout'],
  ['strings', '{{"a\\n\\"b\\""}}{{`raw\\n`}}', 'a\n"b"raw\\n'],
  [
    'the step, as the catalogue has it',
    '{{add .rollout.status.currentStepIndex 1}}/{{len .rollout.spec.strategy.canary.steps}}',
    '2/3',
  ],
  ['and, or, not', '{{and 1 0}} {{or 0 "a"}} {{not 0}}', '0 a true'],
  ['and stops early', '{{and .none (fail "reached")}}{{or 1 (fail "reached")}}', '<no value>1'],
  [
    'eq with several',
    '{{eq "b" "a" "b"}}{{ne 1 2}}{{lt 1 2}}{{le 2 2}}{{gt 1 2}}{{ge "b" "a"}}',
    'truetruetruetruefalsetrue',
  ],
  [
    'index',
    '{{index .rollout.metadata.labels "a/b"}} {{(index .rollout.spec.template.spec.containers 1).image}}',
    'c log:2',
  ],
  [
    'printf',
    '{{printf "%05.2f|%-4s|%4d|%q|%v|%t|%x|%%" 3.14159 "a" 7 "q" .none true 255}}',
    '03.14|a   |   7|"q"|<nil>|true|ff|%',
  ],
  ['printf with too few', '{{printf "%s %s" "a"}}', 'a %!s(MISSING)'],
  ['printf with too many', '{{printf "%s" "a" "b"}}', 'a%!(EXTRA b)'],
  ['html', '{{html .html}}', '&#60;a &#38; &#34;b&#34;&#62;'],
  ['quote', '{{.rollout.metadata.name | quote}} {{squote "a"}}', '"checkout" \'a\''],
  ['default', '{{default "x" .none}}{{.rollout.metadata.name | default "x"}}', 'xcheckout'],
  ['ternary', '{{ternary "a" "b" true}}{{false | ternary "a" "b"}}', 'ab'],
  ['coalesce', '{{coalesce .none "" "z"}}', 'z'],
  [
    'text functions',
    '{{"Ab c" | lower}} {{trimSuffix ":1" "a:1"}} {{replace "/" "-" "a/b/c"}} {{trunc 2 "abc"}} {{trunc -2 "abc"}}',
    'ab c a a-b-c ab bc',
  ],
  [
    'cases',
    '{{snakecase "aBigCat"}} {{kebabcase "a_big cat"}} {{camelcase "a_big_cat"}}',
    'a_big_cat a-big-cat ABigCat',
  ],
  [
    'split and join',
    '{{(split "/" "a/b")._1}} {{splitList "/" "a/b" | join "+"}} {{join "," .rollout.spec.replicas}}',
    'b a+b 10',
  ],
  [
    'the tag of an image',
    '{{(splitList ":" (index .rollout.spec.template.spec.containers 0).image) | last}}',
    '1.4.2',
  ],
  ['indent', '{{indent 2 "a\\nb"}}{{nindent 1 "c"}}', '  a\n  b\n c'],
  [
    'numbers',
    '{{add 1 2 3}} {{sub 5 2}} {{mul 2 3}} {{div 7 2}} {{mod 7 2}} {{max 1 5 3}} {{min 2 1}} {{round 2.456 2}}',
    '6 3 6 3 1 5 1 2.46',
  ],
  [
    'JSON',
    '{{toJson .rollout.metadata.labels}} {{(fromJson "{\\"a\\":1}").a}}',
    '{"team":"pay","a/b":"c"} 1',
  ],
  ['base64', '{{b64enc "ü"}} {{b64dec "w7w="}}', 'w7w= ü'],
  [
    'lists',
    '{{first (list 1 2)}}{{last (list 1 2)}}{{rest (list 1 2 3)}}{{has 2 (list 1 2)}}{{uniq (list 1 1 2)}}{{without (list 1 2) 1}}',
    '12[2 3]true[1 2][2]',
  ],
  [
    'maps',
    '{{hasKey (dict "a" 1) "a"}}{{get (dict "a" 1) "b"}}{{keys (dict "a" 1)}}{{dig "a" "b" "no" (dict "a" (dict "b" 2))}}',
    'true[a]2',
  ],
  ['time by call', '{{(call .time.Now).Format "2006-01-02 15:04"}}', '2026-11-21 08:00'],
  [
    'time parsed',
    '{{(call .time.Parse .rollout.status.abortedAt).Local.Format "15:04:05Z07:00"}}',
    '07:58:30Z',
  ],
  ['time between', '{{(call .time.Now).Sub (call .time.Parse .rollout.status.abortedAt)}}', '1m30s'],
  [
    'sprig dates',
    '{{date "Jan 2" .rollout.status.abortedAt}} {{ago .rollout.status.abortedAt}} {{durationRound (ago .rollout.status.abortedAt)}}',
    'Nov 21 1m30s 1m 30s',
  ],
  [
    'names of the prototype are absent',
    '{{.constructor}}{{.rollout.__proto__}}{{index .rollout "toString"}}',
    '<no value><no value><no value>',
  ],
  ['a key called __proto__ is a key', '{{(dict "__proto__" "x").__proto__}}', 'x'],
];

void describe('a template makes', () => {
  for (const [why, source, made] of ROWS) {
    void test(why, () => {
      const template = parseTemplate(source);
      assert.ok(template.kind === 'template', template.kind === 'error' ? template.message : '');
      assert.deepEqual(render(template, DATA, NOW), { kind: 'text', text: made });
    });
  }
});

/** Template and what is said about it before it is ever used. */
const WRONG: readonly (readonly [source: string, message: string])[] = [
  ['{{.a', 'line 1: {{ without }}'],
  ['a\nb\n{{nonsense 1}}', 'line 3: function nonsense is not known'],
  ['{{env "HOME"}}', 'line 1: function env is not known'],
  ['{{if .a}}', 'line 1: {{if}} without {{end}}'],
  ['{{end}}', 'line 1: {{end}} without a block'],
  ['{{if .a}}{{else}}{{else}}{{end}}', 'line 1: two {{else}} in one block'],
  ['{{range .a}}{{else if .b}}{{end}}', 'line 1: unexpected if after else'],
  ['{{break}}', 'line 1: {{break}} outside of {{range}}'],
  ['{{define "a"}}{{end}}', 'line 1: {{define}} is not supported: a message is one template'],
  ['{{(len .a}}', 'line 1: ( without )'],
  ['{{}}', 'line 1: empty {{ }}'],
  ['{{.a | }}', 'line 1: a value is missing'],
  ['{{"a" .b}}', 'line 1: a value is not a function'],
  ['{{.a ~ .b}}', 'line 1: unexpected "~"'],
  ['{{"\\z"}}', 'line 1: unknown escape \\z'],
];

void describe('a template is refused when it is read', () => {
  for (const [source, message] of WRONG) {
    void test(source, () => assert.deepEqual(parseTemplate(source), { kind: 'error', message }));
  }
});

/** Template and what goes wrong in it. */
const FAILING: readonly (readonly [why: string, source: string, message: string])[] = [
  ['a field of text', '\n{{.rollout.metadata.name.first}}', 'line 2: a string has no field first'],
  [
    'an index out of range',
    '{{index .rollout.spec.template.spec.containers 7}}',
    'line 1: index: index 7 is out of range',
  ],
  ['a variable that is not set', '{{$x}}', 'line 1: variable $x is not set'],
  ['division by zero', '{{div 1 0}}', 'line 1: div: division by zero'],
  ['fail', '{{fail "no owner"}}', 'line 1: fail: no owner'],
  [
    'a loop without end',
    '{{range until 300}}{{range until 300}}{{end}}{{end}}',
    'line 1: stopped: more than 50000 steps',
  ],
  [
    'too much output',
    '{{range until 999}}{{repeat 100 "a"}}{{end}}',
    'line 1: stopped: more than 65536 characters of text',
  ],
  ['text beyond memory', '{{repeat 999999999 "a"}}', 'line 1: stopped: it makes too much text'],
  [
    'doubling',
    '{{$a := "ab"}}{{range until 99}}{{$a = replace "a" $a $a}}{{end}}',
    'line 1: stopped: it makes too much text',
  ],
  ['not a time', '{{date "2006" "soon"}}', 'line 1: date: needs a time, not "soon"'],
];

void describe('a template stops when', () => {
  for (const [why, source, message] of FAILING) {
    void test(why, () => {
      const template = parseTemplate(source);
      assert.ok(template.kind === 'template', template.kind === 'error' ? template.message : '');
      assert.deepEqual(render(template, DATA, NOW), { kind: 'error', message });
    });
  }
});

void test('whatever is written in a template, it ends with text or an error', () => {
  const words = [
    '{{',
    '}}',
    '{{-',
    '-}}',
    'if',
    'range',
    'end',
    'else',
    '.',
    '.a',
    '$',
    '$x',
    ':=',
    '|',
    '(',
    ')',
    'len',
    'printf',
    '"%d"',
    '1',
    ' ',
    '\n',
    'with',
    'until',
    '9',
    'repeat',
    'dict',
    'index',
  ];
  const source = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((all) => all.join(' '));
  fc.assert(
    fc.property(source, (text) => {
      const template = parseTemplate(text);
      if (template.kind === 'error') return template.message !== '';
      return ['text', 'error'].includes(render(template, DATA, NOW).kind);
    }),
  );
});
