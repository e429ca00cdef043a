import { FileHashes } from '../published-files';
import { SizedFile } from '../shards';

/** A file or directory with all that is below it. */
export interface SizeNode {
  readonly name: string;
  bytes: number;
  files: number;
  /** Bytes of files that are new or other than at the last publish. */
  changedBytes: number;
  readonly children: Map<string, SizeNode>;
}

/** Whether a file is new, or other than at the last publish. */
export function isChanged({ path, sha256 }: SizedFile, last: FileHashes): boolean {
  return !Object.hasOwn(last, path) || last[path] !== sha256;
}

/** Adds up files by directory. Without a last publish, everything is new. */
export function sizeTree(name: string, files: Iterable<SizedFile>, last: FileHashes | undefined): SizeNode {
  const root = node(name);
  for (const file of files) {
    const changed = !last || isChanged(file, last) ? file.size : 0;
    let at = root;
    add(at, file.size, changed);
    for (const part of file.path.split('/')) {
      const child = at.children.get(part) ?? node(part);
      at.children.set(part, child);
      at = child;
      add(at, file.size, changed);
    }
  }
  return root;
}

/** The children of a node, the heaviest first; beyond `most` they are one, called "… n more". */
export function heaviest(parent: SizeNode, most: number): SizeNode[] {
  const sorted = [...parent.children.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
  if (sorted.length <= most) { return sorted; }
  const rest = sorted.slice(most);
  const merged = node(`… ${rest.length} more`);
  rest.forEach((child) => {
    merged.bytes += child.bytes;
    merged.files += child.files;
    merged.changedBytes += child.changedBytes;
  });
  return [...sorted.slice(0, most), merged];
}

function node(name: string): SizeNode {
  return { name, bytes: 0, files: 0, changedBytes: 0, children: new Map() };
}

function add(at: SizeNode, bytes: number, changed: number): void {
  at.bytes += bytes;
  at.files += 1;
  at.changedBytes += changed;
}
