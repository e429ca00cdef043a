/**
 * Kubernetes quantities, written so that equal amounts are equal strings.
 */

/** The largest number of a field of format int32. */
export const INT32_MAX = 2 ** 31 - 1;

const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/**
 * Writes a number of bytes with the largest binary suffix that keeps it whole: 8589934592 becomes `8Gi`.
 *
 * @throws when `bytes` is not a whole number above zero.
 */
export function memoryQuantity(bytes: number): string {
  if (!Number.isSafeInteger(bytes) || bytes <= 0) {
    throw new Error(`memory: got ${bytes} bytes, expected a whole number above 0.`);
  }
  let amount = bytes;
  let suffix = 0;
  while (amount % 1024 === 0 && suffix < BINARY_SUFFIXES.length - 1) {
    amount /= 1024;
    suffix += 1;
  }
  return `${amount}${BINARY_SUFFIXES[suffix]}`;
}

/**
 * Writes a number of whole CPUs.
 *
 * Fractions are refused, since KubeRay rounds them up: a container of 500m counts as 1 CPU to Ray, and two of them as 2
 * (kuberay#1166).
 *
 * @throws when `cpus` is not a whole number above zero.
 */
export function cpuQuantity(cpus: number): string {
  if (!Number.isSafeInteger(cpus) || cpus <= 0) {
    throw new Error(`cpu: got ${cpus}, expected a whole number above 0: KubeRay rounds fractions up.\n  Fix: cpu: ${Math.max(1, Math.ceil(cpus) || 1)}`);
  }
  return String(cpus);
}

/** Bytes of a MiB. */
export const MIB = 1024 ** 2;

/** Bytes of a GiB. */
export const GIB = 1024 ** 3;

/** Says a number of bytes as people do, without rounding it: `1.5 GiB`, `100 MiB`, or `17179869185 bytes` where nothing shorter is exact. */
export function memoryInWords(bytes: number): string {
  if (Number.isInteger(bytes / GIB * 1000)) { return `${bytes / GIB} GiB`; }
  return Number.isInteger(bytes / MIB) ? `${bytes / MIB} MiB` : `${bytes} bytes`;
}

/** Writes CPUs of a pod that Ray doesn't count, fractions included: 4.5 becomes `4500m`. */
export function podCpuQuantity(cpus: number): string {
  return Number.isInteger(cpus) ? String(cpus) : `${Math.ceil(cpus * 1000)}m`;
}

const MULTIPLES: Record<string, number> = {
  ...Object.fromEntries(['', 'k', 'M', 'G', 'T', 'P', 'E'].map((suffix, power) => [suffix, 1000 ** power])),
  ...Object.fromEntries(['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, power) => [suffix, 1024 ** (power + 1)])),
};

/** Divided by, since a product with 0.001 isn't what the same decimal is read as: 700m and 0.7 have to be equal. */
const PARTS: Record<string, number> = { m: 1e3, u: 1e6, n: 1e9 };

/** Reads a quantity such as `500m`, `8Gi` or `1e3`; nothing when it isn't one, or is below zero. Source: Kubernetes `resource.Quantity`. */
export function amountOf(quantity: string | undefined): number | undefined {
  if (quantity === undefined || READ.has(quantity)) {
    return quantity === undefined ? undefined : READ.get(quantity);
  }
  const amount = parsed(quantity);
  READ.set(quantity, amount);
  return amount;
}

/** A thousand worker groups of one size ask for the same few amounts, and four rules read each. */
const READ = new Map<string, number | undefined>();

function parsed(quantity: string): number | undefined {
  const [, number, exponent, suffix] = /^\+?(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d+)|(n|u|m|k|[KMGTPE]i|[MGTPE]))?$/.exec(quantity) ?? [];
  const value = Number(`${number}${exponent ?? ''}`);
  return number === undefined ? undefined : suffix in PARTS ? value / PARTS[suffix] : value * MULTIPLES[suffix ?? ''];
}
