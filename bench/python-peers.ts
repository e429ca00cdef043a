import { execFileSync } from 'child_process';
import { rmSync } from 'fs';

/** Walks a directory and zips it at deflate level 1, as a short Python program would. */
const ZIPFILE = `
import os, sys, time, zipfile
start = time.perf_counter()
with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    for folder, folders, names in os.walk(sys.argv[1]):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            if not name.endswith(".pyc"):
                path = os.path.join(folder, name)
                archive.write(path, os.path.relpath(path, sys.argv[1]))
print(time.perf_counter() - start)
`;

/** What Ray does with a directory that a runtime environment names: hash it, then write a stored zip. */
const RAY = `
import sys, time
from ray._private.runtime_env import packaging
start = time.perf_counter()
packaging.get_uri_for_directory(sys.argv[1], include_gitignore=False)
packaging._zip_files(sys.argv[1], [], sys.argv[2], include_gitignore=False)
print(time.perf_counter() - start)
`;

/** Seconds that Python's zipfile takes for a directory; the start of the interpreter is not counted. */
export function pythonZip(directory: string, output: string): number {
  return timed('python3', ZIPFILE, directory, output);
}

/** Seconds that Ray takes to package a directory, its upload not counted. @throws when Ray refuses the directory */
export function rayPackage(python: string, directory: string, output: string): number {
  return timed(python, RAY, directory, output);
}

function timed(python: string, program: string, directory: string, output: string): number {
  rmSync(output, { force: true });
  return Number(execFileSync(python, ['-c', program, directory, output], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n').pop());
}
