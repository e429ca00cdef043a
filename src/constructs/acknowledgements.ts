import { IConstruct } from 'constructs';

/** Kind of the metadata that holds what was acknowledged on a construct. */
const ACKNOWLEDGED = 'geneva-constructs:acknowledged';

interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
}

/** Writes an acknowledgement down at a construct, where tools that walk the tree find it too. */
export function acknowledge(scope: IConstruct, acknowledgement: Acknowledgement): void {
  scope.node.addMetadata(ACKNOWLEDGED, acknowledgement);
}

/** The ids of the rules that were acknowledged at a construct itself. */
export function acknowledgedIds(scope: IConstruct): string[] {
  return scope.node.metadata.filter(({ type }) => type === ACKNOWLEDGED).map(({ data }) => (data as Acknowledgement).id);
}

/** Whether a rule was acknowledged at a construct, or at one that it belongs to. */
export function isAcknowledged(construct: IConstruct, id: string): boolean {
  return construct.node.scopes.some((scope) => acknowledgedIds(scope).includes(id));
}
