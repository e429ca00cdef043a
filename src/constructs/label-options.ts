import { isLate } from './late-value';
import { writtenOption } from './written-option';
import { invalidValue } from '../spec/invalid-value';
import { isLabelKey, isLabelValue, LABEL_VALUE } from '../spec/label-syntax';

/** Prefixes of keys that KubeRay and this library set, and select pods by. */
const RESERVED = ['ray.io/', 'geneva-constructs/'];

/**
 * Refuses labels that Kubernetes would refuse, where they were given; values that come late are left to it.
 *
 * @param path construct path, or the function that they were given to
 */
export function requireLabels(path: string, at: string, labels: unknown): void {
  if (labels === undefined) { return; }
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
    throw invalidValue({ path, at, got: labels, expected: 'labels: texts by their keys', fix: `${at}: { team: "search" }` });
  }
  Object.entries(labels).forEach(([key, value]) => requireLabel(path, at, key, value));
}

/** Refuses what {@link requireLabels} does, and labels that others select pods by. */
export function requireOwnLabels(path: string, at: string, labels: unknown): void {
  requireLabels(path, at, labels);
  const [key, value] = Object.entries(labels ?? {}).find(([name]) => RESERVED.some((prefix) => name.startsWith(prefix))) ?? [];
  if (key !== undefined) {
    const fix = `drop it, or use a key such as "acme.example/${key.split('/').pop()}"`;
    throw invalidValue({ path, at: `${at}[${JSON.stringify(key)}]`, got: value, expected: `a key of your own: ${RESERVED.join(' and ')} are taken`, fix });
  }
}

/** Refuses labels that select nothing, or everything: none at all are those of every namespace. */
export function requireNamespaceLabels(path: string, at: string, labels: unknown): void {
  const fix = `${at}: { "kubernetes.io/metadata.name": "ml" }, or leave it out to have the default`;
  if (labels !== undefined && (typeof labels !== 'object' || labels === null || Array.isArray(labels))) {
    throw invalidValue({ path, at, got: labels, expected: 'labels of a namespace', fix });
  }
  if (labels !== undefined && Object.keys(labels).length === 0) {
    throw invalidValue({ path, at, got: labels, expected: 'at least one label: none at all select every namespace', fix });
  }
  requireLabels(path, at, labels);
}

/** Refuses a value, where one was given, that can't be one of a label of nodes; the empty one can. */
export function requireLabelValue(path: string, at: string, got: unknown): void {
  if (got === undefined || isLate(got)) { return; }
  if (typeof got !== 'string' || !isLabelValue(got)) {
    const fix = `${at}: ${typeof got === 'number' || typeof got === 'boolean' ? JSON.stringify(String(got)) : '"ray"'}`;
    throw invalidValue({ path, at, got, expected: `${LABEL_VALUE}, as a text`, fix });
  }
}

/** Refuses the empty value as well: by it our own nodes would be told from others by nothing. */
export function requireFilledLabelValue(path: string, at: string, got: unknown): void {
  if (got === '') {
    throw invalidValue({ path, at, got, expected: `${LABEL_VALUE}, one of them at least`, fix: `${at}: "ray", or leave it out to have the default` });
  }
  requireLabelValue(path, at, got);
}

function requireLabel(path: string, options: string, key: string, value: unknown): void {
  const at = `${options}[${JSON.stringify(key)}]`;
  if (!isLabelKey(key)) {
    const expected = `a key of a label: ${LABEL_VALUE}, after a DNS name and a slash if any`;
    throw invalidValue({ path, at, got: value, expected, fix: `${writtenOption(options)}: { team: "search" }` });
  }
  if (isLate(value)) { return; }
  if (typeof value !== 'string') {
    const meant = value === undefined || value === null ? 'search' : String(value);
    throw invalidValue({ path, at, got: value, expected: 'a text', fix: `${writtenOption(options)}: { ${JSON.stringify(key)}: ${JSON.stringify(meant)} }` });
  }
  if (!isLabelValue(value)) {
    throw invalidValue({ path, at, got: value, expected: LABEL_VALUE, fix: 'use a plain word such as "search"' });
  }
}
