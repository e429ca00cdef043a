import { bytes, duration } from '../submitter/amounts';

/** Before it, a rate is more noise than news. */
const FIRST_SECONDS = 1;

/** The rate of something that goes on, and how long it still takes. */
export class Speed {
  private since?: { readonly at: number; readonly done: number };

  constructor(private readonly now: () => number = () => performance.now() / 1000) {}

  /** As in `, 120.3 MB/s, 4.1 s left`; empty while it is too early to tell. */
  public of(done: number, total: number): string {
    this.since ??= { at: this.now(), done };
    const seconds = this.now() - this.since.at;
    const rate = (done - this.since.done) / seconds;
    return seconds >= FIRST_SECONDS && rate > 0 ? `, ${bytes(Math.round(rate))}/s, ${duration((total - done) / rate)} left` : '';
  }
}
