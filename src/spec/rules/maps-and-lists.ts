/**
 * What a manifest that others wrote may have in place of lists and maps: its types are only claimed.
 */

export function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

/** A map, or what to take where there is something else. */
export function mapOr<Value extends object | undefined, Other>(value: Value | null, other: Other): NonNullable<Value> | Other {
  return isMap(value) ? value : other;
}

/** A list, or what to take where there is something else. */
export function listOr<Item>(value: readonly Item[] | null | undefined, other: Item[]): readonly Item[] {
  return isList(value) ? value as Item[] : other;
}
