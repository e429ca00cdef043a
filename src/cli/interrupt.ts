/** What Ctrl-C means while a run is followed. */
export interface Interrupt {
  /** Aborts at the first Ctrl-C; where a second one would mean something else, after the time in which it may come. */
  readonly signal: AbortSignal;
  /** Whether a second Ctrl-C came. */
  readonly wantsStop: () => boolean;
  dispose(): void;
}

/** A second Ctrl-C within this time stops the job. */
const SECOND_MS = 3_000;

/**
 * Listens for Ctrl-C: once to leave the run alone, twice to stop it.
 *
 * @param firstTime called at the first; returns whether a second one would mean something else
 */
export function onInterrupt(firstTime: () => boolean): Interrupt {
  const controller = new AbortController();
  let interrupts = 0;
  const listener = () => {
    interrupts += 1;
    if (interrupts === 1 && firstTime()) {
      setTimeout(() => controller.abort(), SECOND_MS).unref();
    } else {
      controller.abort();
    }
  };
  process.on('SIGINT', listener);
  process.on('SIGTERM', listener);
  return {
    signal: controller.signal,
    wantsStop: () => interrupts > 1,
    dispose: () => {
      process.off('SIGINT', listener);
      process.off('SIGTERM', listener);
    },
  };
}
