import { Interval } from './intervals';
import { CoreEvent } from './objects';

/** What events tell of the images of some pods. */
export interface ImagePulls {
  readonly pulls: readonly Interval[];
  /** How many containers had their image on the node already. */
  readonly present: number;
}

/** Source: Kubernetes `pkg/kubelet/images/image_manager.go`: "… in 1.2s (3.4s including waiting)". */
const TOOK = / in ([\d.hmsµu]+)(?: \(([\d.hmsµu]+) including waiting\))?/;

/** Puts together which images were pulled, and when. Kubernetes tells times in whole seconds and durations to the millisecond. */
export function imagePulls(events: readonly CoreEvent[], podNames: ReadonlySet<string>): ImagePulls {
  const ofPods = events.filter(({ involvedObject: { name } }) => name !== undefined && podNames.has(name));
  const pulled = ofPods.filter(({ reason }) => reason === 'Pulled');
  const ended = pulled.flatMap((event) => pullThatEnded(event) ?? []);
  const open = ofPods.filter((event) => event.reason === 'Pulling' && !pulled.some((end) => isSameContainer(end, event) && timeOf(end) >= timeOf(event)));
  return {
    pulls: [...ended, ...open.map((event) => ({ from: timeOf(event) }))],
    present: pulled.filter(({ message }) => message?.includes('already present')).length,
  };
}

function pullThatEnded(event: CoreEvent): Interval | undefined {
  const [, alone, withWaiting] = TOOK.exec(event.message ?? '') ?? [];
  const took = withWaiting ?? alone;
  return took === undefined ? undefined : { from: timeOf(event) - seconds(took), to: timeOf(event) };
}

function isSameContainer(one: CoreEvent, other: CoreEvent): boolean {
  return one.involvedObject.name === other.involvedObject.name && one.involvedObject.fieldPath === other.involvedObject.fieldPath;
}

/** When an event last happened, in Unix seconds. */
export function timeOf({ lastTimestamp, eventTime, firstTimestamp, metadata }: CoreEvent): number {
  return Date.parse(lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp ?? '') / 1000;
}

const UNITS: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 1e-3, µs: 1e-6, us: 1e-6 };

/** A duration as Go writes it: `1m2.5s`, `350ms`. */
function seconds(text: string): number {
  return [...text.matchAll(/([\d.]+)(h|ms|µs|us|m|s)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit], 0);
}
