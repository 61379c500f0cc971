import { bind, type Check, each, quoted, rule, say, shown } from './policy-cel.ts';

/** Of metadata, what the downward API knows. */
const DOWNWARD = String.raw`^metadata\\.(name|namespace|uid|labels|annotations|(labels|annotations)\\['[^']+'\\])$`;

/**
 * Arguments of an analysis that read a field which they may not read. `path` is a CEL text, `analysis` an
 * optional value.
 */
export function fieldRefs(name: string, path: string, analysis: string): Check {
  const args = `${analysis}.?args.orValue([])`;
  return each(
    'a',
    args,
    bind(
      'field',
      `${args}[a].?valueFrom.?fieldRef.?fieldPath.orValue('spec')`,
      rule(
        `${name}-field-ref`,
        `(field == '' || (field.matches('^metadata\\\\b') && !field.matches("${DOWNWARD}")))`,
        say`${path}.args[${shown('a')}].valueFrom.fieldRef.fieldPath: Invalid value: ${quoted('field')}: Analyses arguments must refer to valid object metadata supported by downwardAPI`,
      ),
    ),
  );
}
