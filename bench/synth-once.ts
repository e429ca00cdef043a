import { execFileSync } from 'child_process';
import { join } from 'path';

/** An app that is put together and synthesized in a process of its own. */
export interface SynthOnce {
  /** From the first construct to the YAML, in memory; loading the packages is not counted. */
  readonly seconds: number;
  /** The same, packages and all. */
  readonly processSeconds: number;
  /** Of the whole process. */
  readonly peakBytes: number;
}

/** How large an app is. */
export interface AppSize {
  readonly environments: number;
  /** Worker groups of each environment. */
  readonly groups: number;
  /** Whether each environment has a chart of its own. */
  readonly isChartEach: boolean;
}

/** Written with our constructs, or as the same objects in plain ApiObjects, whose JSON lies in `file`. */
export type Writer = 'constructs' | 'plain';

/** What ships, not its source, as for every user. */
const PROGRAM = `
const begun = performance.now();
const { readFileSync } = require('fs');
const [writer, file, size] = process.argv.slice(1);
const { environments, groups, isChartEach } = JSON.parse(size);
const { ApiObject, App, Chart, Size } = require('cdk8s');
const library = writer === 'constructs' ? require('./lib') : undefined;
const charts = writer === 'plain' ? JSON.parse(readFileSync(file, 'utf8')) : undefined;

function build(app) {
  if (charts) {
    charts.forEach((objects, i) => {
      const chart = new Chart(app, 'chart' + i);
      objects.forEach((object, j) => new ApiObject(chart, 'object' + j, object));
    });
    return;
  }
  const image = library.RayImage.fromRegistry('ghcr.io/acme/features:1', { rayVersion: '2.54.0', pythonVersion: '3.12' });
  const headPool = library.HeadNodePool.karpenter({ cpuLimit: 10000 });
  const pool = library.WorkerNodePool.karpenter({ cpuLimit: 1000000 });
  const shared = isChartEach ? undefined : new Chart(app, 'chart0');
  for (let e = 0; e < environments; e++) {
    const env = new library.ComputeEnvironment(shared ?? new Chart(app, 'chart' + e), 'features' + e, { image, headPool });
    for (let g = 0; g < groups; g++) {
      env.addWorkerGroup('group' + g, { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10, pool });
    }
    env.addBackfill('captions', { table: 's3://acme/images.lance', column: 'caption', udf: 'features.caption:caption', workerGroup: 'group0' });
  }
}

process.stderr.write = () => true; // advice
const startedAt = performance.now();
const app = new App();
build(app);
if (process.env.SYNTH_OBJECTS) {
  process.stdout.write(JSON.stringify(app.charts.map((chart) => chart.toJson())));
} else {
  const yaml = app.synthYaml();
  const now = performance.now();
  console.log(JSON.stringify({ seconds: (now - startedAt) / 1000, processSeconds: now / 1000, peakBytes: process.resourceUsage().maxRSS * 1024, yaml: yaml.length }));
}
`;

/** Synthesizes an app once. */
export function synthOnce(writer: Writer, size: AppSize, file = ''): SynthOnce {
  return JSON.parse(run(writer, size, file)) as SynthOnce;
}

/** The objects of an app, one list a chart, as JSON. */
export function objectsOf(size: AppSize): string {
  return run('constructs', size, '', { SYNTH_OBJECTS: '1' });
}

function run(writer: Writer, size: AppSize, file: string, env: Record<string, string> = {}): string {
  const options = { cwd: join(__dirname, '..'), encoding: 'utf8', maxBuffer: 2 ** 30, env: { ...process.env, ...env } } as const;
  return execFileSync(process.execPath, ['-e', PROGRAM, writer, file, JSON.stringify(size)], options);
}
