/**
 * Text that others wrote, safe to show on a terminal: control characters, which could move the cursor or hide
 * what is there, become `�`, and line ends become spaces.
 */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/\r?\n/g, ' '));
}

/** The same with line ends kept. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]/gu, '�');
}
