import { existsSync, readFileSync } from 'fs';
import { homedir } from 'os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'path';
import { parseDocument } from 'yaml';
import { ExitCode } from '../exit-code';
import { SubmitterError } from '../submitter-error';

/** The parts of a kubeconfig that we look into. The library takes what is in it as it is. */
export interface KubeConfigText {
  readonly 'clusters': Named<'cluster'>[];
  readonly 'users': Named<'user'>[];
  readonly 'contexts': Named<'context'>[];
  readonly 'current-context'?: string;
}

/** An entry of a kubeconfig. */
export type Named<Kind extends string> = { readonly name: string } & { readonly [kind in Kind]?: Readonly<Record<string, unknown>> };

/** A kubeconfig, and the files that it was read from. */
export interface KubeConfigFiles {
  readonly text: KubeConfigText;
  readonly files: readonly string[];
}

/**
 * Reads the kubeconfig as kubectl does: the file that is asked for, else those of `KUBECONFIG`, else `~/.kube/config`. The first file that
 * names a thing is the one that counts.
 *
 * @returns undefined when there is none
 * @throws SubmitterError KUBECONFIG_MISSING or KUBECONFIG_MALFORMED
 */
export function readKubeConfigFiles(wanted: string | undefined, environment: NodeJS.ProcessEnv = process.env): KubeConfigFiles | undefined {
  if (wanted !== undefined && !existsSync(wanted)) {
    throw new SubmitterError('KUBECONFIG_MISSING', ExitCode.USAGE, `--kubeconfig ${wanted}: no such file`, 'correct the path');
  }
  const listed = environment.KUBECONFIG?.split(delimiter).filter((path) => path !== '') ?? [];
  const candidates = wanted !== undefined ? [wanted] : listed.length > 0 ? listed : [join(environment.HOME ?? homedir(), '.kube', 'config')];
  const files = candidates.filter((path) => existsSync(path));
  return files.length === 0 ? undefined : { text: merged(files.map(readFile)), files };
}

function merged(texts: readonly KubeConfigText[]): KubeConfigText {
  const first = <Item extends { readonly name: string }>(items: readonly Item[]): Item[] =>
    [...new Map([...items].reverse().map((item) => [item.name, item])).values()].reverse();
  return {
    'clusters': first(texts.flatMap(({ clusters }) => clusters)),
    'users': first(texts.flatMap(({ users }) => users)),
    'contexts': first(texts.flatMap(({ contexts }) => contexts)),
    'current-context': texts.map((text) => text['current-context']).find((context) => context !== undefined && context !== ''),
  };
}

function readFile(path: string): KubeConfigText {
  const folder = dirname(resolve(path));
  const parsed = parse(path);
  return {
    'clusters': entries(parsed, 'clusters', path).map((entry) => ({ ...entry, cluster: withPaths(entry.cluster, folder) })),
    'users': entries(parsed, 'users', path).map((entry) => ({ ...entry, user: withTokenFile(withPaths(entry.user, folder)) })),
    'contexts': entries(parsed, 'contexts', path),
    'current-context': parsed['current-context'] as string | undefined,
  };
}

function parse(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw malformed(path, (error as Error).message);
  }
  const document = parseDocument(text);
  if (document.errors.length > 0) { throw malformed(path, document.errors[0].message.split('\n')[0]); }
  const value: unknown = document.toJS() ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) { throw malformed(path, 'got no mapping, expected clusters, users and contexts'); }
  return value as Record<string, unknown>;
}

type Entry = Named<'cluster'> & Named<'user'> & Named<'context'>;

function entries(parsed: Record<string, unknown>, key: string, path: string): Entry[] {
  const list = parsed[key] ?? [];
  const isList = Array.isArray(list) && list.every((entry: unknown) => typeof (entry as Entry | null)?.name === 'string');
  if (!isList) { throw malformed(path, `${key}: expected a list of entries that have a name`); }
  return list as Entry[];
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** Paths are meant from the folder of their file. */
function withPaths(entry: Readonly<Record<string, unknown>> = {}, folder: string): Record<string, unknown> {
  const absolute = PATHS.flatMap((key) => {
    const path = entry[key];
    return typeof path === 'string' && path !== '' && !isAbsolute(path) ? [[key, join(folder, path)]] : [];
  });
  return { ...entry, ...Object.fromEntries(absolute) as Record<string, string> };
}

/** The library knows files of tokens by another name. */
function withTokenFile({ tokenFile, ...user }: Record<string, unknown>): Record<string, unknown> {
  if (tokenFile === undefined) { return user; }
  const { token, ...rest } = user; // the file counts, as with kubectl
  return { ...rest, 'auth-provider': { name: 'tokenFile', config: { tokenFile } } };
}

function malformed(path: string, why: string): SubmitterError {
  return new SubmitterError('KUBECONFIG_MALFORMED', ExitCode.USAGE, `kubeconfig ${path}: ${why}`, 'correct the file, or pass another: --kubeconfig PATH');
}
