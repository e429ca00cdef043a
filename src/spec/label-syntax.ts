/**
 * What Kubernetes takes for a label. Source: Kubernetes documentation, labels: syntax and character set.
 */

import { isSubdomain } from './names';

const WORD = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** What the value of a label has to be, in words. */
export const LABEL_VALUE = 'at most 63 letters, digits and any of -_. between them';

/** Whether a text is a key: a word, after a DNS name and a slash if any. */
export function isLabelKey(key: string): boolean {
  const [name, prefix, ...more] = key.split('/').reverse();
  return WORD.test(name) && (prefix === undefined || isSubdomain(prefix)) && more.length === 0;
}

/** Whether a text is a value, which may be empty. */
export function isLabelValue(value: string): boolean {
  return value === '' || WORD.test(value);
}

/** Whether a key and its value are a label. */
export function isLabel(key: string, value: string): boolean {
  return isLabelKey(key) && isLabelValue(value);
}
