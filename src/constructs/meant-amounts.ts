import { GIB, MIB } from '../spec/quantities';

/** What a size is written as by those who have no types to tell them; an amount without a unit is taken for GiB, unless it can only be bytes. */
export function meantSize(got: unknown): string {
  const [, number, prefix = ''] = /^\s*(\d+)\s*([kmgtp]?)i?b?\s*$/i.exec(String(got)) ?? [];
  const amount = Number(number);
  if (!Number.isSafeInteger(amount) || amount === 0) { return 'Size.gibibytes(16)'; }
  const unit = SIZE_UNITS[prefix.toLowerCase()];
  if (unit !== undefined) { return `Size.${unit}(${amount})`; }
  return amount % MIB === 0 ? inBinaryUnits(amount) : `Size.gibibytes(${amount})`;
}

/** What a time is written as by those who have no types to tell them; an amount without a unit is taken for seconds. */
export function meantDuration(got: unknown): string {
  const [, number, unit = 's'] = /^\s*(\d+)\s*(ms|s|m|h|d)?\w*\s*$/i.exec(String(got)) ?? [];
  return number === undefined ? 'Duration.seconds(60)' : `Duration.${TIME_UNITS[unit.toLowerCase()]}(${number})`;
}

const SIZE_UNITS: Record<string, string> = { k: 'kibibytes', m: 'mebibytes', g: 'gibibytes', t: 'tebibytes', p: 'pebibyte' };
const TIME_UNITS: Record<string, string> = { ms: 'millis', s: 'seconds', m: 'minutes', h: 'hours', d: 'days' };

function inBinaryUnits(bytes: number): string {
  return bytes % GIB === 0 ? `Size.gibibytes(${bytes / GIB})` : `Size.mebibytes(${bytes / MIB})`;
}
