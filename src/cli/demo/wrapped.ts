/** Breaks a text at spaces, and a word only where it alone is too long. */
export function wrapped(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text];
  const most = Math.max(width, 1);
  const space = text.lastIndexOf(' ', most);
  const end = space > 0 ? space : most;
  return [text.slice(0, end), ...wrapped(text.slice(end).trimStart(), width)];
}
