import { asFailure, UNEXPECTED } from './failure';
import { NoContactError } from './no-contact';

/** One thing that `doctor` looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly found: string;
  /** What to do, when it is not ok. */
  readonly fix?: string;
  /** Where an error comes from that should not happen. */
  readonly trace?: string;
}

/** Looks at one thing: what is thrown is what is wrong with it. */
export async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, found: await look() };
  } catch (error) {
    if (error instanceof NoContactError) { return { name, ok: false, found: error.message, fix: 'geneva-stack doctor again; when it stays, look at what is between here and there: VPN, proxy, firewall' }; }
    const { message, fix } = asFailure(error);
    return { name, ok: false, found: message, ...(fix === UNEXPECTED ? { fix: 'geneva-stack doctor --verbose, and report what it prints', trace: (error as Error).stack } : { fix }) };
  }
}

/** What is wrong, and what to do about it. */
export function finding(message: string, fix: string): Error {
  return Object.assign(new Error(message), { fix });
}
