import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Unreadable } from '../source.ts';

/** Where a repository is: in a folder of this machine, or where the program `git` gets it from. */
export type Address =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'remote'; readonly url: string };

/**
 * Reads what a user calls a repository: a path, an https or ssh URL, or `user@host:path`. Throws Unreadable
 * for what git would take for an option, for transports that are not encrypted, and for passwords: whatever
 * stands in an argument is seen by every user of the machine.
 */
export function addressOf(text: string): Address {
  if (text === '' || text.startsWith('-') || /\p{Cc}/u.test(text))
    throw new Unreadable(`${JSON.stringify(text)} is no repository: give a path or a URL`);
  if (/^[\w.-]+@\w[\w.-]*:(?!\/\/)./.test(text)) return { kind: 'remote', url: text };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: 'local', path: resolve(text) };
  return addressOfUrl(text);
}

function addressOfUrl(text: string): Address {
  if (!URL.canParse(text)) throw new Unreadable('the repository is no valid URL');
  const url = new URL(text);
  if (url.password !== '' || (url.protocol === 'https:' && url.username !== ''))
    throw new Unreadable(
      'put no credentials into the URL, every user of this machine could see them: GIT_ASKPASS names a program that prints them',
    );
  if (url.protocol === 'file:') return { kind: 'local', path: fileURLToPath(url) };
  if (url.protocol !== 'https:' && url.protocol !== 'ssh:')
    throw new Unreadable(`${url.protocol.slice(0, -1)} is not supported: use https, ssh or a path`);
  if (url.hostname.startsWith('-') || url.username.startsWith('-'))
    throw new Unreadable('the host of the URL begins with a dash');
  return { kind: 'remote', url: text };
}

/** The name of a branch as given. Throws Unreadable where git has no such names. */
export function branchOf(text: string): string {
  const branch = text.replace(/^refs\/heads\//, '');
  const isName =
    /^[^\s~^:?*[\\\p{Cc}]+$/u.test(branch) && !/^[-/.]|[/.]$|\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)/.test(branch);
  if (!isName) throw new Unreadable(`${JSON.stringify(text)} is not the name of a branch`);
  return branch;
}

/** A folder of a repository without slashes at its ends, empty for the root. Throws Unreadable for others. */
export function folderOf(text: string): string {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (text.startsWith('/') || parts.includes('..') || /[\\\p{Cc}]/u.test(text))
    throw new Unreadable(`${JSON.stringify(text)} is not a folder of the repository`);
  return parts.join('/');
}
