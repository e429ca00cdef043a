import { InvalidArgumentError } from 'commander';

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Parses a length of time with its unit, such as `30d`, into milliseconds. */
export function timeSpan(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  if (unit === undefined) { throw new InvalidArgumentError('Expected a number with a unit, such as 90s, 15m, 12h, 30d or 4w.'); }
  return Number(number) * SECONDS[unit] * 1000;
}
