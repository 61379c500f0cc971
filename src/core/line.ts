/**
 * The first line of a text that anybody may have written, with at most so many characters; null where it is
 * blank. What does not print, or turns the direction of what follows, becomes `�`.
 */
export function shortLine(text: string, most: number): string | null {
  // Nobody needs more, and patterns over megabytes take their time.
  const [line = ''] = text
    .slice(0, 4 * most)
    .trim()
    .split(/[\r\n\u2028\u2029]/, 1);
  const shown = Array.from(
    line.replaceAll(/\p{Zs}+|\t+/gu, ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, '�'),
  );
  if (shown.length === 0) return null;
  return shown.length <= most ? shown.join('') : `${shown.slice(0, most - 1).join('')}…`;
}
