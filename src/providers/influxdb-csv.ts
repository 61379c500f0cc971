/**
 * Reads CSV as RFC 4180 describes it: fields in quotes may hold commas, line breaks and doubled quotes. Empty
 * lines are passed over. Null where a quote is not closed or stands in the wrong place. The length of the
 * text is bounded by who fetched it; time and memory grow with it and no faster.
 *
 * It is our own because it is this short: the client libraries of InfluxDB bring their own HTTP, and CSV
 * packages guess types and delimiters, which annotations tell here.
 */
export function parseCsv(text: string): readonly (readonly string[])[] | null {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    const field = text[at] === '"' ? quoted(text, at) : plain(text, at);
    if (field === null) return null;
    row.push(field.value);
    const end = text[field.end];
    if (end === ',') {
      at = field.end + 1;
      // A comma at the very end has an empty field behind it.
      if (at === text.length) row.push('');
      continue;
    }
    at = field.end + (text.startsWith('\r\n', field.end) ? 2 : 1);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  return rows;
}

interface Field {
  readonly value: string;
  /** Where the comma, the line break or the end of the text is. */
  readonly end: number;
}

const ends = /[,\n]|\r\n|$/g;

function plain(text: string, start: number): Field | null {
  ends.lastIndex = start;
  const end = ends.exec(text)?.index ?? text.length;
  const value = text.slice(start, end);
  return value.includes('"') ? null : { value, end };
}

function quoted(text: string, start: number): Field | null {
  const parts: string[] = [];
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote === -1) return null;
    parts.push(text.slice(from, quote));
    if (text[quote + 1] !== '"') {
      const end = quote + 1;
      const isEnd = end === text.length || /^(,|\r?\n)/.test(text.slice(end, end + 2));
      return isEnd ? { value: parts.join('"'), end } : null;
    }
    from = quote + 2;
  }
}
