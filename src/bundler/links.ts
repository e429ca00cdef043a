import { Stats, statSync } from 'fs';
import { homedir } from 'os';
import { sep } from 'path';
import { BundleError } from './bundle-error';
import { unreadable } from './file-hash';
import { isInside } from './inside';
import { holdsCredentials, secretReason } from './left-out';
import { realpathOr, reasonToRefuse, RootKind } from './root-source';

/** A link out of its root. A zip reader can't follow it, so what it leads to ships in its place. */
export interface OutwardLink {
  /** Relative to the root, with `/` between its parts. */
  readonly path: string;
  /** The real file or directory on this machine. */
  readonly target: string;
}

/** What a link points to. @throws BundleError LINK_DANGLING or UNREADABLE */
export function linkTarget(link: string): Stats {
  let target: Stats | undefined;
  try {
    target = statSync(link, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') { throw unreadable(link, error as Error); }
  }
  if (target) { return target; }
  throw new BundleError('LINK_DANGLING', `${link}: the link points to nothing`, 'remove the link, or exclude it');
}

/**
 * Why what a link leads to never ships, whatever the link itself is called.
 *
 * @param target the real path; below the root, the part from there on
 */
export function secretTarget(target: string, isDirectory: boolean, kind: RootKind): string | undefined {
  const names = target.split(sep);
  const directories = isDirectory ? names : names.slice(0, -1);
  if (directories.some(holdsCredentials)) { return `leads to ${isDirectory ? '' : 'a file in '}a directory of credentials`; }
  return isDirectory ? undefined : secretReason(names[names.length - 1], false, kind);
}

/** What can't be a root can't come into one by a link either. @throws BundleError LINK_REFUSED */
export function refuseTarget(link: string, target: string): void {
  const why = reasonToRefuse(target) ?? (isInside(realpathOr(homedir()), target) ? 'a directory that holds the home directory' : undefined);
  if (!why) { return; }
  throw new BundleError('LINK_REFUSED', `${link}: the link leads to ${target}, ${why}, expected code: what a link leads to ships`, 'remove the link, or exclude it');
}
