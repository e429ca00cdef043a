import { appendFileSync } from 'fs';
import { App, Chart, ChartProps, Size, Testing } from 'cdk8s';
import { ComputeEnvironment, ComputeEnvironmentProps, HeadNodePool, RayImage } from '../../src';
import * as adviceOutput from '../../src/constructs/advice-output';
import { readStackDescriptor } from '../../src/descriptor/read';
import { StackDescriptor } from '../../src/descriptor/stack-descriptor';
import { temporaryDirectory } from '../temporary-directory';

/** Advice is what `rules.test.ts` is about; printed by every test it would bury what else is on stderr. */
beforeEach(() => { jest.spyOn(adviceOutput, 'printAdvice').mockReturnValue(undefined); });

export const IMAGE = RayImage.fromRegistry('ghcr.io/acme/features:1', { rayVersion: '2.54.0', pythonVersion: '3.12' });

/** An object as it stands in the manifest. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [field: string]: any;
}

/** A chart whose app writes to a directory of its own. */
export function newChart(props: ChartProps = {}): Chart {
  return new Chart(new App({ outdir: temporaryDirectory() }), 'test', props);
}

/** An environment with one worker group, and what differs from the defaults. */
export function environment(props: Partial<ComputeEnvironmentProps> = {}, chart: Chart = newChart()): ComputeEnvironment {
  const env = new ComputeEnvironment(chart, 'features', { image: IMAGE, headPool: HeadNodePool.karpenter(), ...props });
  env.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10 });
  return env;
}

export function manifests(construct: ComputeEnvironment | Chart): Manifest[] {
  const objects = Testing.synth(construct instanceof Chart ? construct : Chart.of(construct)) as Manifest[];
  expect(objects.filter(({ metadata }) => !metadata?.name)).toEqual([]); // Kubernetes takes none without, and a CRD's schema does not say so
  if (process.env.RECORDED_MANIFESTS) { appendFileSync(process.env.RECORDED_MANIFESTS, objects.map((object) => `${JSON.stringify(object)}\n`).join('')); }
  return objects;
}

/** The one object of a kind, and of a name where there are several. */
export function only(objects: Manifest[], kind: string, name?: string): Manifest {
  const found = objects.filter((object) => object.kind === kind && (name === undefined || object.metadata.name === name));
  expect(found).toHaveLength(1);
  return found[0];
}

export function descriptor(env: ComputeEnvironment): StackDescriptor {
  return readStackDescriptor(only(manifests(env), 'ConfigMap', `${env.name}-stack`).data['stack.json'] as string, 'ConfigMap');
}
