/** Tables of 1000 short texts in 8 fragments, and functions of their length, for tests with a real Ray. */

import { python } from './local-stack';

const MAKE_TEXTS = `
import sys, lance, pyarrow as pa
rows = [f"row {i}" for i in range(1000)]
lance.write_dataset(pa.table({"text": rows}), sys.argv[1], max_rows_per_file=125, enable_stable_row_ids=True)
print("null")
`;

/** Makes the table, with a column `text`. */
export function makeTexts(executable: string, table: string): void {
  python(executable, MAKE_TEXTS, table);
}

/** A module with `length` and `slow_length`, which takes its time for each text. */
export function lengthFunctions(slowSeconds: number): string {
  return `
import time

def length(text: str) -> int:
    return len(text)

def slow_length(text: str) -> int:
    time.sleep(${slowSeconds})
    return len(text)
`;
}
