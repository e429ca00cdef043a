import { RootKind } from './root-source';

/** A file that was kept out of the bundle for safety, with the reason. */
export interface HeldBackFile {
  readonly path: string;
  readonly reason: string;
}

/** Made by tools, made again by tools: never source code. */
const TOOL_DIRECTORIES = new Set([
  '.git', '.hg', '.svn', '.venv', 'venv', 'node_modules', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.tox', '.nox',
  '.ipynb_checkpoints', '.idea', '.vscode', 'cdk.out', '.terraform',
]);

const SECRET_DIRECTORIES = new Set(['.aws', '.ssh', '.kube', '.gnupg', '.docker', '.azure']);

const SECRET_FILES = new Set(['.netrc', '.pypirc', '.npmrc', '.git-credentials', '.databrickscfg', 'kubeconfig', 'credentials.json', '.htpasswd']);

const SECRET_PATTERNS = [
  /^\.env(\.(?!example$|sample$|template$).*)?$/, /\.pem$/, /\.key$/, /\.p12$/, /\.pfx$/, /^id_(rsa|dsa|ecdsa|ed25519)$/,
  /service[-_]account.*\.json$/, /\.tfstate(\..*)?$/,
];

/** Whether a directory never ships from a root of this kind. */
export function isPrunedDirectory(name: string, kind: RootKind): boolean {
  if (name === '__pycache__') { return true; }
  if (kind === 'site-packages') { return false; } // an installed package may call its folders what it likes
  return TOOL_DIRECTORIES.has(name) || name.endsWith('.lance') || name.endsWith('.egg-info');
}

/** Whether a file never ships: compiled Python beside its source, desktop droppings. */
export function isPrunedFile(name: string): boolean {
  return name.endsWith('.pyc') || name.endsWith('.pyo') || name === '.DS_Store';
}

/** Whether a file is a notebook: running it writes it. */
export function isNotebook(path: string): boolean {
  return path.endsWith('.ipynb');
}

/** Why a name looks like a secret, or undefined. Installed packages ship public certificates, so only workspaces are checked. */
export function secretReason(name: string, isDirectory: boolean, kind: RootKind): string | undefined {
  if (kind === 'site-packages') { return undefined; }
  if (isDirectory) { return holdsCredentials(name) ? 'a directory of credentials' : undefined; }
  const lower = name.toLowerCase();
  const secret = SECRET_FILES.has(lower) || SECRET_PATTERNS.some((pattern) => pattern.test(lower));
  return secret ? 'looks like a secret' : undefined;
}

/** Whether a directory of this name is for credentials. */
export function holdsCredentials(name: string): boolean {
  return SECRET_DIRECTORIES.has(name);
}

/** Whether a small text file carries a private key. */
export function holdsPrivateKey(bytes: Uint8Array): boolean {
  if (bytes.length > 64 * 1024) { return false; }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return /^-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----/m.test(text);
}
