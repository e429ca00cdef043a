import { Construct } from 'constructs';
import type { ComputeEnvironment } from './compute-environment';
import { requireObject } from './require-object';

/** Refuses what belongs to an environment and was given none. */
export function requireEnvironment(construct: Construct, environment: ComputeEnvironment): void {
  const fix = 'environment: new ComputeEnvironment(chart, "features", { ... }), or one that there is';
  requireObject(construct.node.path, { at: 'environment', got: environment, has: '_addJob', expected: 'a ComputeEnvironment', fix });
}
