import { existsSync } from 'fs';
import { Distribution, distributions, normalizedName } from './distributions';
import { interpreterFacts } from './interpreter-facts';
import { BundleError } from '../bundle-error';

/** An image with the packages of an environment. */
export interface ImageRecipeOptions {
  /** Path or name of the Python whose packages the image is to have. */
  readonly interpreter: string;
  /** Image to start from, with its Python and, for a non-root image, its user. */
  readonly baseImage: string;
}

/** Two files for `docker build`. The same packages give the same bytes. */
export interface ImageRecipe {
  readonly dockerfile: string;
  /** To lie beside the Dockerfile as `requirements.txt`. */
  readonly requirements: string;
}

/** Come with Python, and the base image has its own. */
const INSTALLERS = new Set(['pip', 'setuptools', 'wheel', 'uv', 'virtualenv']);

/**
 * Writes what builds an image with the packages of an environment, each in the version that is installed.
 *
 * @throws BundleError PYTHON_MISSING, PYTHON_FAILED or BASE_IMAGE
 */
export function imageRecipe(options: ImageRecipeOptions): ImageRecipe {
  if (!/^[\w][\w.\-/:@]*$/.test(options.baseImage)) {
    throw new BundleError('BASE_IMAGE', `baseImage: got ${JSON.stringify(options.baseImage)}, expected registry, repository and tag or digest`,
      'use a name such as docker.io/rayproject/ray:2.54.0-py311');
  }
  const python = interpreterFacts(options.interpreter);
  const minor = python.version.split('.').slice(0, 2).join('.');
  const directories = python.path.filter((path) => python.sitePackages.includes(path) && existsSync(path));
  return { dockerfile: dockerfile(options.baseImage, minor), requirements: requirements(minor, firstOfEach(directories.flatMap(distributions))) };
}

function dockerfile(baseImage: string, python: string): string {
  return [
    `# Packages for Python ${python}, which the base image must have.`,
    `FROM ${baseImage}`,
    '# No USER line: whoever the base image runs as installs the packages and runs the jobs.',
    'COPY requirements.txt /tmp/requirements.txt',
    'RUN python -m pip install --no-cache-dir -r /tmp/requirements.txt',
    '',
  ].join('\n');
}

function requirements(python: string, installed: readonly Distribution[]): string {
  const lines = installed.map(requirement).sort((a, b) => Number(a.startsWith('#')) - Number(b.startsWith('#')));
  return [`# Installed for Python ${python}.`, ...lines, ''].join('\n');
}

function requirement({ name, version, origin }: Distribution): string {
  const named = normalizedName(name);
  if (INSTALLERS.has(named)) { return `# ${named}==${version}: the base image has its own`; }
  if (origin?.editable) { return `# ${named}: an editable install, bundle its sources`; }
  if (origin?.pinned) { return `${named} @ ${origin.pinned}`; }
  if (origin?.url.startsWith('file:')) { return `# ${named}==${version}: installed from this machine, publish it or bundle it`; }
  if (origin) { return `${named} @ ${origin.url}`; }
  if (version.includes('+')) { return `# ${named}==${version}: a local version, install it from the index that has it`; }
  return `${named}==${version}`;
}

/** By name; of those in several directories the first on the path, which is what Python imports. */
function firstOfEach(installed: readonly Distribution[]): Distribution[] {
  const found = new Map([...installed].reverse().map((one) => [normalizedName(one.name), one]));
  return [...found.keys()].sort().map((name) => found.get(name)!);
}
