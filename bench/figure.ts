/** One benchmark line: ours, a named peer's, and the ratio of the two in interleaved runs. */
export interface Figure {
  readonly bench: string;
  readonly ours: number;
  readonly peer: string;
  readonly peerValue: number | null;
  readonly unit: string;
  /** Ours over the peer's: the median of the pairs. */
  readonly ratio: number | null;
  readonly goal: string | null;
  readonly met: boolean | null;
  readonly runs: number;
  readonly note: string;
}

/** What is compared, and how often. */
export interface Comparison {
  readonly bench: string;
  readonly peer: string;
  /** Largest ratio that is good enough; absent: none is set yet. */
  readonly goal?: number;
  readonly runs: number;
  readonly note?: string;
  /** Both resolve to seconds. */
  ours(): Promise<number> | number;
  theirs(): Promise<number> | number;
}

/** Runs both sides in turn, after one uncounted pair, which also tells whether the peer can run at all. */
export async function compare(comparison: Comparison): Promise<Figure> {
  const refusal = await refusalOf(comparison);
  const warmUp = await comparison.ours();
  if (refusal !== undefined) { return withoutPeer(comparison, warmUp, refusal); }
  const [ours, theirs]: number[][] = [[], []];
  for (let run = 1; run <= comparison.runs; run++) {
    ours.push(await comparison.ours());
    theirs.push(await comparison.theirs());
    process.stderr.write(`${comparison.bench} ${run}/${comparison.runs}: ${ours[run - 1].toFixed(3)} s, ${theirs[run - 1].toFixed(3)} s\n`);
  }
  const ratio = round(median(ours.map((value, index) => value / theirs[index])));
  return {
    bench: comparison.bench,
    ours: round(median(ours)),
    peer: comparison.peer,
    peerValue: round(median(theirs)),
    unit: 's',
    ratio,
    goal: comparison.goal === undefined ? null : `<= ${comparison.goal}`,
    met: comparison.goal === undefined ? null : ratio <= comparison.goal,
    runs: comparison.runs,
    note: comparison.note ?? '',
  };
}

/** Why the peer can't run, if it can't. */
async function refusalOf({ theirs }: Comparison): Promise<string | undefined> {
  try {
    await theirs();
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0].slice(0, 200);
  }
}

function withoutPeer({ bench, peer, goal, note }: Comparison, ours: number, refusal: string): Figure {
  const text = `${note ? `${note}; ` : ''}the peer could not run: ${refusal}`;
  return { bench, ours: round(ours), peer, peerValue: null, unit: 's', ratio: null, goal: goal === undefined ? null : `<= ${goal}`, met: null, runs: 1, note: text };
}

/** Seconds that some work takes. */
export async function seconds(work: () => Promise<unknown> | unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

/** The middle one of some values. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
