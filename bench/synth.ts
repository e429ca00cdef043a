import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';
import { Comparison, Figure, median } from './figure';
import { MEMORY_DISK } from './memory-disk';
import { AppSize, objectsOf, SynthOnce, synthOnce, Writer } from './synth-once';

const PEER = 'the same objects as plain ApiObjects';
const RUNS = 7;

const SIZES: Record<string, AppSize> = {
  groups1: { environments: 1, groups: 1, isChartEach: true },
  groups100: { environments: 1, groups: 100, isChartEach: true },
  groups1000: { environments: 1, groups: 1000, isChartEach: true },
  environments100: { environments: 100, groups: 2, isChartEach: false },
  charts100: { environments: 100, groups: 2, isChartEach: true },
};

/** An app of one size, by our constructs and without them. */
class Bench {
  private readonly folder = mkdtempSync(join(MEMORY_DISK, 'geneva-bench-'));
  private readonly file = join(this.folder, 'objects.json');

  constructor(private readonly size: AppSize) {
    process.on('exit', () => rmSync(this.folder, { recursive: true, force: true }));
    writeFileSync(this.file, objectsOf(size));
  }

  public once(writer: Writer): SynthOnce {
    return synthOnce(writer, this.size, this.file);
  }
}

/** Synth against the same objects without constructs, each run in a process of its own. */
export function synthComparisons(): Comparison[] {
  return Object.entries(SIZES).flatMap(([name, size]) => {
    const bench = new Bench(size);
    return [{
      bench: `synth.${name}`,
      peer: PEER,
      goal: 1.25,
      runs: RUNS,
      note: 'constructs, rules and YAML in memory; loading the packages is not counted',
      ours: () => bench.once('constructs').seconds,
      theirs: () => bench.once('plain').seconds,
    }, {
      bench: `synth.process.${name}`,
      peer: PEER,
      runs: RUNS,
      note: 'whole process, loading the packages included',
      ours: () => bench.once('constructs').processSeconds,
      theirs: () => bench.once('plain').processSeconds,
    }];
  });
}

/** Figures that are no comparison of times: growth and memory. */
export function synthFigures(): Figure[] {
  return [growth(), ...['groups1000', 'charts100'].map(memory)];
}

function growth(): Figure {
  const [few, many] = [new Bench(SIZES.groups100), new Bench(SIZES.groups1000)];
  const runs = Array.from({ length: RUNS }, () => [many.once('constructs').seconds, 10 * few.once('constructs').seconds]);
  const [ours, theirs] = [0, 1].map((side) => median(runs.map((pair) => pair[side])));
  return figure('synth.growth', ours, 'ten times 100 worker groups', theirs, 's', 1, RUNS, '1,000 worker groups in one environment: no more than linear');
}

function memory(name: string): Figure {
  const bench = new Bench(SIZES[name]);
  const [ours, theirs] = [bench.once('constructs').peakBytes, bench.once('plain').peakBytes];
  return figure(`synth.memory.${name}`, ours, PEER, theirs, 'B', 1.25, 1, 'peak of the whole process');
}

function figure(bench: string, ours: number, peer: string, peerValue: number, unit: string, goal: number, runs: number, note: string): Figure {
  const ratio = Number((ours / peerValue).toPrecision(3));
  return { bench, ours: Number(ours.toPrecision(3)), peer, peerValue: Number(peerValue.toPrecision(3)), unit, ratio, goal: `<= ${goal}`, met: ratio <= goal, runs, note };
}
