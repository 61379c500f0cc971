import type { Fields } from '../objects.ts';

const text = { type: 'string' } as const;
/** What a widget may be: a schema with something of everything. */
export const schema: Fields = {
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 9 },
        colour: { type: 'string', enum: ['red', 'blue'], default: 'red' },
        name: { type: 'string', pattern: '^[a-z]+$', maxLength: 5 },
        nested: { type: 'object', default: {}, properties: { depth: { type: 'integer', default: 3 } } },
        loose: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        either: { 'x-kubernetes-int-or-string': true },
        tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port'],
          items: {
            type: 'object',
            required: ['port'],
            properties: { port: { type: 'integer' }, label: text },
          },
        },
        labels: { type: 'object', additionalProperties: text },
        maybe: { type: 'string', nullable: true },
        when: { type: 'string', format: 'date-time' },
      },
    },
    status: { type: 'object', properties: { phase: text, size: { type: 'integer' }, selector: text } },
  },
};

/** The columns of a widget. */
export const columns = [
  { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
  {
    name: 'Colour',
    type: 'string',
    jsonPath: '.spec.colour',
    priority: 1,
    description: 'what it looks like',
  },
  { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/** Specs of widgets, right and wrong, by what they are. */
export const specs: Readonly<Record<string, Fields>> = {
  defaults: { size: 1 },
  everything: {
    size: 2,
    colour: 'blue',
    name: 'abc',
    nested: { depth: 1 },
    loose: { any: [1] },
    either: '5%',
    tags: ['a', 'b'],
    ports: [{ port: 1, label: 'x' }],
    labels: { a: 'b' },
    maybe: null,
    when: '2020-01-01T00:00:00Z',
  },
  'what is required is missing': {},
  'too small': { size: 0 },
  'too large': { size: 10 },
  'text for a number': { size: 'big' },
  'a fraction': { size: 1.5 },
  'none of the choices': { size: 1, colour: 'green' },
  'a pattern that is not met, and too long': { size: 1, name: 'ABCDEF' },
  'unknown fields': { size: 1, shape: 'round', nested: { more: 1 }, loose: { shape: 'round' } },
  'null where nothing is': { size: 1, colour: null, maybe: null, nested: null },
  'the same twice in a set': { size: 1, tags: ['a', 'a'] },
  'the same key twice': { size: 1, ports: [{ port: 1 }, { port: 1 }] },
  'a key that is missing': { size: 1, ports: [{ label: 'x' }] },
  'a number in a map of text': { size: 1, labels: { a: 1 } },
  'no time': { size: 1, when: 'yesterday' },
  'a truth for int or text': { size: 1, either: true },
  'several mistakes': { size: 0, colour: 'green', tags: 'a' },
};
