/** JSON writes these as null, which is something else. */
const NO_JSON = /"\\u0000(NaN|-?Infinity)"/g;

/** A value that was given, as a message repeats it. */
export function inWords(given: unknown): string {
  if (given === undefined) { return 'nothing'; }
  try {
    return asJson(given)?.replace(NO_JSON, '$1') ?? String(given);
  } catch { // it knows itself, or is no JSON
    return typeof given === 'object' ? `a ${given?.constructor.name ?? 'value'}` : String(given);
  }
}

function asJson(given: unknown): string | undefined {
  return JSON.stringify(given, (_key, value: unknown) => typeof value === 'number' && !Number.isFinite(value) ? `\0${value}` : value);
}
