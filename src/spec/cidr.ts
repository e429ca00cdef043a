import { isIP } from 'net';

/** Bits of an address, by what `isIP` says of it. */
const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** Whether a text is a range of addresses as NetworkPolicies take it: an address, a slash, and how many of its bits are fixed. */
export function isCidr(text: string): boolean {
  const [address, prefix, ...more] = text.split('/');
  const bits = BITS[isIP(address)];
  return bits !== undefined && /^(0|[1-9]\d{0,2})$/.test(prefix ?? '') && Number(prefix) <= bits && more.length === 0;
}
