import { escape } from '../../bundler/report/escape';

/** Text that is HTML already. Only {@link html} makes it, so nothing that a run told gets there as it is. */
export class Html {
  constructor(public readonly text: string) {}
}

type Part = Html | string | number | null | undefined | readonly Html[];

/** HTML with parts filled in: what is not HTML itself is text, whatever is in it. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(pieces.reduce((text, piece, index) => text + rendered(parts[index - 1]) + piece));
}

function rendered(part: Part): string {
  if (part instanceof Html) { return part.text; }
  if (Array.isArray(part)) { return part.map((each: Html) => each.text).join(''); }
  return part === null || part === undefined ? '' : escape(String(part));
}
