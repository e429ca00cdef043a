/** A value as it comes from a program that nobody checks the types of. */
export function untyped(value: unknown): any {
  return value;
}

/** What was said, one text for each error: of a constructor, or of synth. */
export function errorsOf(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    const { message } = error as Error;
    return message.startsWith('Validation failed') ? message.split(/\n(?= {2}\[)/).slice(1).map((text) => text.trim()) : [message];
  }
  return [];
}

/** What is said up to the reason, what says it, and how to mend it. */
export type Refusal = [told: string, act: () => unknown, fix: string];

/** Registers a test for each: one error, of a constructor or a factory itself, all of it. */
export function refuses(refusals: readonly Refusal[]): void {
  test.each(refusals)('%s: refused at once', (told, act, fix) => {
    const [error, ...more] = errorsOf(act);
    expect(more).toEqual([]);
    expect(error?.slice(0, told.length)).toBe(told);
    expect(error?.split('\n  Fix: ')[1]).toBe(fix);
  });
}
