import { execFileSync } from 'child_process';
import { join } from 'path';
import { temporaryDirectory, tree } from '../../temporary-directory';

/** Makers of Python environments, in an environment of their own. */
export interface Tools {
  readonly python: string;
  readonly uv: string;
  readonly virtualenv: string;
}

/** Installs the tools, pinned. Needs a Python and a package index. */
export function installTools(): Tools {
  const environment = join(temporaryDirectory(), 'tools');
  run('python3', ['-m', 'venv', environment]);
  const bin = (name: string) => join(environment, 'bin', name);
  run(bin('python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv==0.9.7', 'virtualenv==20.35.4', 'setuptools==80.9.0']);
  return { python: bin('python'), uv: bin('uv'), virtualenv: bin('virtualenv') };
}

/** Runs a program to its end, with nothing of this machine's Python settings. */
export function run(program: string, args: string[], environment: NodeJS.ProcessEnv = {}): string {
  const { PYTHONPATH: _path, PYTHONHOME: _home, VIRTUAL_ENV: _venv, ...rest } = process.env;
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...rest, PYTHONNOUSERSITE: '1', ...environment } });
}

/** Sources of a distribution that can be installed; `layout` is where its modules are. */
export function project(name: string, files: Record<string, string>, settings = ''): string {
  const metadata = `[build-system]\nrequires = ["setuptools==80.9.0"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "${name}"\nversion = "1.2"\n${settings}`;
  return tree({ 'pyproject.toml': metadata, ...files });
}

/** A site-packages directory with nothing but metadata, as `name-version: WHEEL tags`. */
export function sitePackages(installed: Record<string, string[]>, files: Record<string, string | Uint8Array> = {}): string {
  const metadata = Object.entries(installed).flatMap(([wheel, tags]) => {
    const [name, version] = wheel.split('-');
    return [
      [`${wheel}.dist-info/METADATA`, `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nName: not-this\n`],
      [`${wheel}.dist-info/WHEEL`, `Wheel-Version: 1.0\n${tags.map((tag) => `Tag: ${tag}\n`).join('')}`],
    ];
  });
  return tree({ ...Object.fromEntries(metadata) as Record<string, string>, ...files });
}
