/**
 * Kubernetes quantities, written so that equal amounts are equal strings.
 */

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

/** Writes CPUs of a pod that Ray doesn't count, fractions included: 4.5 becomes `4500m`. */
export function podCpuQuantity(cpus: number): string {
  return Number.isInteger(cpus) ? String(cpus) : `${Math.ceil(cpus * 1000)}m`;
}

const MULTIPLES: Record<string, number> = {
  '': 1, 'm': 1e-3, 'k': 1e3, 'M': 1e6, 'G': 1e9, 'T': 1e12, 'P': 1e15, 'Ki': 2 ** 10, 'Mi': 2 ** 20, 'Gi': 2 ** 30, 'Ti': 2 ** 40, 'Pi': 2 ** 50,
};

/** Reads a quantity such as `500m` or `8Gi`; nothing when it isn't one. Source: Kubernetes `resource.Quantity`, without exponents. */
export function amountOf(quantity: string | undefined): number | undefined {
  const [, number, suffix] = /^(\d+(?:\.\d+)?)(m|k|[KMGTP]i|[MGTP])?$/.exec(quantity ?? '') ?? [];
  return number === undefined ? undefined : Number(number) * MULTIPLES[suffix ?? ''];
}
