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

/**
 * A module with `length` and `held_length`, which computes the first half of the texts and waits with the others until there is a file.
 * @param gate where that file will be: what has to happen in the middle of a run does, however fast or slow the machine is
 */
export function lengthFunctions(gate: string): string {
  return `
import os, time

def length(text: str) -> int:
    return len(text)

def held_length(text: str) -> int:
    while int(text.split()[1]) >= 500 and not os.path.exists(${JSON.stringify(gate)}):
        time.sleep(0.02)
    return len(text)
`;
}
