/**
 * What names, labels and annotations may look like, and what is said where they do not.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and answers of
 * kube-apiserver 1.35.
 */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const SERVICE = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = `(${QUALIFIED})?`;

const isLabel = new RegExp(`^${LABEL}$`);
const isService = new RegExp(`^${SERVICE}$`);
// Read part by part: as one expression it could backtrack for ever on a long name.
const isSubdomain = (text: string): boolean => text.split('.').every((part) => isLabel.test(part));
const isQualified = new RegExp(`^${QUALIFIED}$`);
const isValue = new RegExp(`^${VALUE}$`);

const used = (regex: string): string => `regex used for validation is '${regex}')`;

/** What is wrong with a name of most kinds; empty for nothing. */
export function subdomainFaults(name: string): readonly string[] {
  return [
    ...tooLong(name, 253, 'characters'),
    ...(isSubdomain(name)
      ? []
      : [
          "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', " +
            `and must start and end with an alphanumeric character (e.g. 'example.com', ${used(SUBDOMAIN)}`,
        ]),
  ];
}

/** What is wrong with the name of a namespace. */
export function namespaceFaults(name: string): readonly string[] {
  return name.includes('.') ? ['must not contain dots'] : labelFaults(name);
}

/** What is wrong with a name that is one part of a domain. */
export function labelFaults(name: string): readonly string[] {
  return [
    ...tooLong(name, 63, 'characters'),
    ...(isLabel.test(name)
      ? []
      : [
          "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must " +
            `start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', ${used(LABEL)}`,
        ]),
  ];
}

/** What is wrong with the name of a Service. */
export function serviceFaults(name: string): readonly string[] {
  return [
    ...tooLong(name, 63, 'characters'),
    ...(isService.test(name)
      ? []
      : [
          "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an " +
            'alphabetic character, and end with an alphanumeric character ' +
            `(e.g. 'my-name',  or 'abc-123', ${used(SERVICE)}`,
        ]),
  ];
}

/** What is wrong with a name that only has to fit into a path, as those of RBAC. */
export function pathFaults(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`);
}

/** What is wrong with the key of a label or an annotation. */
export function labelKeyFaults(key: string): readonly string[] {
  const parts = key.split('/');
  if (parts.length > 2) {
    return [
      "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
        `with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', ${used(QUALIFIED)} ` +
        "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  }
  const name = parts.at(-1) ?? '';
  return [...(parts.length === 2 ? prefixFaults(parts[0] ?? '') : []), ...namePartFaults(name)];
}

function prefixFaults(prefix: string): readonly string[] {
  if (prefix === '') return ['prefix part must be non-empty'];
  return subdomainFaults(prefix).map((fault) => `prefix part ${fault}`);
}

function namePartFaults(name: string): readonly string[] {
  if (name === '') return ['name part must be non-empty', qualifiedFault];
  return [
    ...tooLong(name, 63).map((fault) => `name part ${fault}`),
    ...(isQualified.test(name) ? [] : [qualifiedFault]),
  ];
}

const qualifiedFault =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  `alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', ${used(QUALIFIED)}`;

/** What is wrong with the value of a label. */
export function labelValueFaults(value: string): readonly string[] {
  return [
    ...tooLong(value, 63),
    ...(isValue.test(value)
      ? []
      : [
          "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and " +
            "must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', " +
            used(VALUE),
        ]),
  ];
}

function tooLong(text: string, most: number, unit: 'bytes' | 'characters' = 'bytes'): readonly string[] {
  return text.length > most ? [`must be no more than ${most} ${unit}`] : [];
}
