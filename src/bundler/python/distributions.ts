import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { fileURLToPath } from 'url';

/** An installed distribution, as its metadata tells. */
export interface Distribution {
  readonly name: string;
  readonly version: string;
  /** Of the wheel it came from, one a line of `WHEEL`. Empty when nobody knows. */
  readonly tags: readonly string[];
  /** Name of the directory or file that the facts are from, in site-packages. */
  readonly metadata: string;
  /** What it was installed from, unless that was an index. */
  readonly origin?: Origin;
}

/** Where a distribution came from that is in no index. */
export interface Origin {
  /** Without user name and password. */
  readonly url: string;
  /** The directory or archive, if it is on this machine. */
  readonly path?: string;
  /** Whether Python imports the sources where they are. */
  readonly editable: boolean;
  /** For version control: `git+https://host/repository@commit`. */
  readonly pinned?: string;
}

/** Lists what is installed in a site-packages directory, by name. Reads the metadata only, and nothing that hashes: `RECORD` is often wrong. */
export function distributions(sitePackages: string): Distribution[] {
  return readdirSync(sitePackages).map((entry) => distribution(sitePackages, entry)).filter((found) => found !== undefined)
    .sort((a, b) => compare(normalizedName(a.name), normalizedName(b.name)) || compare(a.version, b.version));
}

/** Names that pip takes for the same: `Foo.Bar` is `foo-bar`. */
export function normalizedName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** How many bytes a distribution says it has installed. For estimates: the list may be wrong, or absent. */
export function recordedBytes(sitePackages: string, installed: Distribution): number {
  const lines = read(join(sitePackages, installed.metadata, 'RECORD')).split('\n');
  return lines.reduce((sum, line) => sum + (Number.parseInt(line.slice(line.lastIndexOf(',') + 1), 10) || 0), 0);
}

function distribution(sitePackages: string, entry: string): Distribution | undefined {
  if (entry.endsWith('.egg-link')) { return eggLink(sitePackages, entry); }
  const kind = /\.(dist|egg)-info$/.exec(entry)?.[1];
  if (!kind) { return undefined; }
  const directory = join(sitePackages, entry);
  const [fromName, fromVersion] = entry.slice(0, -`.${kind}-info`.length).split('-');
  const head = headers(read(join(directory, kind === 'dist' ? 'METADATA' : 'PKG-INFO')) || read(directory));
  return {
    name: head.get('name')?.[0] ?? fromName,
    version: head.get('version')?.[0] ?? fromVersion ?? '',
    tags: headers(read(join(directory, 'WHEEL'))).get('tag') ?? [],
    metadata: entry,
    origin: origin(directory),
  };
}

/** What `setup.py develop` left behind: a file that names the sources. */
function eggLink(sitePackages: string, entry: string): Distribution {
  const path = read(join(sitePackages, entry)).split('\n')[0].trim();
  return { name: entry.slice(0, -'.egg-link'.length), version: '', tags: [], metadata: entry, origin: { url: `file://${path}`, path, editable: true } };
}

/** `direct_url.json`, by the specification of the Python Packaging Authority. */
interface DirectUrl {
  readonly url: string;
  readonly dir_info?: { readonly editable?: boolean };
  readonly vcs_info?: { readonly vcs: string; readonly commit_id: string };
}

function origin(directory: string): Origin | undefined {
  const direct = directUrl(join(directory, 'direct_url.json'));
  if (!direct) { return undefined; }
  const local = direct.url.startsWith('file:');
  if (local && read(join(directory, 'INSTALLER')).trim() === 'conda') { return undefined; } // where the builder of the package had its sources
  const url = withoutCredentials(direct.url);
  return {
    url,
    path: local ? pathOf(direct.url) : undefined,
    editable: direct.dir_info?.editable === true,
    pinned: direct.vcs_info && !local ? `${direct.vcs_info.vcs}+${url}@${direct.vcs_info.commit_id}` : undefined,
  };
}

function directUrl(path: string): DirectUrl | undefined {
  try {
    const parsed = JSON.parse(read(path)) as Partial<DirectUrl>;
    return typeof parsed.url === 'string' ? { ...parsed, url: parsed.url } : undefined;
  } catch {
    return undefined; // absent for what came from an index, which is the rule
  }
}

function pathOf(url: string): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined; // a file of another machine
  }
}

function withoutCredentials(url: string): string {
  return url.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1');
}

/** The headers before the first blank line, names in lower case. */
function headers(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    if (line === '') { break; }
    const [, name, value] = /^([A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
    if (name) { found.set(name.toLowerCase(), [...found.get(name.toLowerCase()) ?? [], value]); }
  }
  return found;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // metadata is optional, file by file
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
