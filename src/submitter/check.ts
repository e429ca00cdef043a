/** One thing that `doctor` looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly found: string;
  /** What to do, when it is not ok. */
  readonly fix?: string;
}

/** Looks at one thing: what is thrown is what is wrong with it. */
export async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, found: await look() };
  } catch (error) {
    const { message, fix } = error as Error & { fix?: string };
    return { name, ok: false, found: message, fix: fix ?? 'see the message' };
  }
}

/** What is wrong, and what to do about it. */
export function finding(message: string, fix: string): Error {
  return Object.assign(new Error(message), { fix });
}
