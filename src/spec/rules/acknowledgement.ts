import { Rule } from './rule';

/** What was acknowledged on a construct, and what was found there and below. */
export interface Acknowledged {
  readonly ids: readonly string[];
  readonly found: readonly string[];
}

export const acknowledgementIsOfSomething: Rule<Acknowledged> = {
  id: 'ACK-01',
  title: 'An acknowledgement is of something that is found.',
  severity: 'advice',
  source: 'ours',
  why: 'One that matches nothing would hide the next thing that the rule finds.',
  check: ({ ids, found }) => ids.filter((id) => !found.includes(id)).map((id) => ({
    at: `Rules.acknowledge('${id}')`,
    got: 'nothing of it here or below',
    expected: 'advice to acknowledge',
    fix: 'drop the acknowledgement, or move it to the construct that the advice names',
  })),
};
