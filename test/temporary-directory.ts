import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';

const made: string[] = [];

/** A directory that is gone after the tests of the file. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'geneva-constructs-'));
  made.push(path);
  return path;
}

/** A directory with these files in it. */
export function tree(files: Record<string, string | Uint8Array>, root = join(temporaryDirectory(), 'root')): string {
  mkdirSync(root, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

afterAll(() => {
  made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true }));
});
