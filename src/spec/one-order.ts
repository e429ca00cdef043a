const NOTHING: ReadonlySet<string> = new Set();

/**
 * The same value with keys in one order, so that the order in which it was written down doesn't count in a hash of it.
 *
 * What cdk8s rendered is in that order already, and most of it is taken as it is: to write it anew takes longer than all rules do.
 *
 * @param value any JSON value
 * @param leftOut keys that don't count, wherever they stand
 */
export function inOneOrder(value: unknown, leftOut: ReadonlySet<string> = NOTHING): unknown {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Array.isArray(value) ? itemsInOneOrder(value, leftOut) : fieldsInOneOrder(value as Record<string, unknown>, leftOut);
}

function itemsInOneOrder(items: unknown[], leftOut: ReadonlySet<string>): unknown[] {
  const ordered = items.map((item) => inOneOrder(item, leftOut));
  return ordered.some((item, i) => item !== items[i]) ? ordered : items;
}

/** Makes no new object until it finds that it needs one. */
function fieldsInOneOrder(fields: Record<string, unknown>, leftOut: ReadonlySet<string>): Record<string, unknown> {
  const keys = Object.keys(fields);
  const isSorted = keys.every((key, i) => i === 0 || keys[i - 1] < key);
  let ordered: Record<string, unknown> | undefined = isSorted ? undefined : {};
  for (const key of isSorted ? keys : keys.sort()) {
    const counts = !leftOut.has(key);
    const value = counts ? inOneOrder(fields[key], leftOut) : undefined;
    if (ordered === undefined && value !== fields[key]) {
      ordered = Object.fromEntries(keys.slice(0, keys.indexOf(key)).map((before) => [before, fields[before]]));
    }
    if (ordered !== undefined && counts) {
      ordered[key] = value;
    }
  }
  return ordered ?? fields;
}
