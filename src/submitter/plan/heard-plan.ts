import { RunError } from '../run-progress';
import { parseEvent, RuntimeEvent } from '../runtime-event';

/** What the runtime says of a job that it is to plan: what there is to do, or why it would be refused. */
export type Planned = { readonly plan: PlanEvent; readonly error?: undefined } | { readonly plan?: undefined; readonly error: RunError };

type PlanEvent = Extract<RuntimeEvent, { type: 'plan' }>;

/** Listens to the runtime while it plans. */
export class HeardPlan {
  private plan: PlanEvent | undefined;
  private error: RunError | undefined;

  /** @param onLine hears what the user's own code prints while it is imported */
  constructor(private readonly onLine: (line: string) => void) {}

  public event(event: RuntimeEvent): void {
    if (event.type === 'plan') { this.plan = event; }
    if (event.type === 'error') { this.error = event; }
  }

  public line(line: string): void {
    const event = parseEvent(line);
    if (event) { this.event(event); } else if (line !== '') { this.onLine(line); }
  }

  /** Undefined: it ended without a word, or said only half. */
  public get result(): Planned | undefined {
    if (this.error) {
      const { code, message, fix, traceback } = this.error;
      return { error: { code, message, fix, ...(traceback ? { traceback } : {}) } };
    }
    return this.plan && { plan: this.plan };
  }
}
