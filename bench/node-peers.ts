import { execFileSync } from 'child_process';
import { rmSync } from 'fs';
import { join } from 'path';

/** In a process of its own, as ours is: the first walk of a process is slower than the later ones. */
const BARE_WALK = `
import { readdirSync, lstatSync } from 'fs';
const walk = (folder) => readdirSync(folder, { withFileTypes: true }).forEach((entry) => {
  const path = folder + '/' + entry.name;
  if (entry.isDirectory()) { walk(path); } else { lstatSync(path); }
});
const startedAt = performance.now();
walk(process.argv[1]);
console.log((performance.now() - startedAt) / 1000);
`;

const ARCHIVER = `
import { ZipArchive } from 'archiver';
import { createWriteStream } from 'fs';
import { pipeline } from 'stream/promises';
const startedAt = performance.now();
const archive = new ZipArchive({ zlib: { level: 1 } });
const written = pipeline(archive, createWriteStream(process.argv[2]));
archive.glob('**', { cwd: process.argv[1], dot: true, ignore: ['**/__pycache__/**', '**/*.pyc'] });
await Promise.all([archive.finalize(), written]);
console.log((performance.now() - startedAt) / 1000);
`;

/** Seconds that it takes to list a directory and ask for the size of each file. */
export function bareWalk(directory: string): number {
  return timed(BARE_WALK, directory);
}

/** Seconds that the archiver package takes to zip a directory at level 1. */
export function archiverZip(directory: string, output: string): number {
  rmSync(output, { force: true });
  return timed(ARCHIVER, directory, output);
}

function timed(program: string, ...args: string[]): number {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program, ...args], { cwd: join(__dirname, '..'), encoding: 'utf8' });
  return Number(output);
}
