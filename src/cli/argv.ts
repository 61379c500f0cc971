/**
 * Arguments with `--flag=true` and `--flag=false` made plain: kubectl's parser takes these for switches, ours
 * does not. What comes after `--` is left as it is. A switch that is off by default is simply left out.
 */
export function plainFlags(argv: readonly string[]): readonly string[] {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const flags = argv.slice(0, end).flatMap((argument): readonly string[] => {
    const match = /^(--?[a-z][a-z-]*)=(true|false)$/.exec(argument);
    const [, name = '', value] = match ?? [];
    if (match === null) return [argument];
    const long = name === '-w' ? '--watch' : name;
    if (value === 'true') return [long];
    return long === '--watch' ? ['--no-watch'] : [];
  });
  return [...flags, ...argv.slice(end)];
}
