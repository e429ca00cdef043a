import { Container } from '../kubernetes-types';
import { Violation } from './rule';

/** What the operator puts into a container itself. */
export interface OperatorOwned {
  readonly env: readonly string[];
  readonly volumes?: readonly string[];
  readonly paths?: readonly string[];
}

/** The settings of a container, or of the autoscaler, that are the operator's own. Values are left out: they may be secret. */
export function ownedSettings(at: string, { env = [], volumeMounts = [] }: Partial<Pick<Container, 'env' | 'volumeMounts'>>, owned: OperatorOwned): Violation[] {
  const { volumes = [], paths = [] } = owned;
  return [
    ...env.filter(({ name }) => owned.env.includes(name)).map(({ name }) => ({ at: `${at}.env[${name}]`, got: 'a value', ...LEAVE })),
    ...volumeMounts.filter(({ name, mountPath }) => volumes.includes(name) || paths.includes(mountPath))
      .map(({ name, mountPath }) => ({ at: `${at}.volumeMounts[${name}]`, got: mountPath, ...LEAVE })),
  ];
}

const LEAVE = { expected: 'nothing: the operator sets it', fix: 'drop it, or use another name' };
