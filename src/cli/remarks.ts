import { Io } from './io';
import { PublishReport } from '../submitter/publish-report';

/** An environment that links to an installer's cache has tens of thousands. */
const MOST_LINKS = 20;

/** Tells what a person wouldn't expect to stay, or to ship. */
export function sayRemarks(io: Io, { heldBack, outwardLinks }: PublishReport): void {
  heldBack.forEach(({ path, reason }) => io.say(`held back: ${path} (${reason})`));
  outwardLinks.slice(0, MOST_LINKS).forEach(({ path, target }) => io.say(`follows a link out of the root: ${path} -> ${target}`));
  const more = outwardLinks.length - MOST_LINKS;
  if (more > 0) { io.say(`follows ${more} more link${more === 1 ? '' : 's'} out of the root: --output json lists them`); }
}
