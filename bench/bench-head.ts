import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { findInterpreter } from '../src/submitter/local/interpreter';
import { LocalHead, localDown, localUp } from '../src/submitter/local/local-head';
import { ManagedEnvironment, managedEnvironment } from '../src/submitter/local/managed-environment';

/** A Ray head for a benchmark, with a state directory of its own. */
export interface BenchHead {
  readonly state: string;
  readonly environment: ManagedEnvironment;
  readonly head: LocalHead;
  /** Ends it, and removes what it left. */
  down(): Promise<void>;
}

/** Starts a head. */
export async function benchHead(): Promise<BenchHead> {
  const state = mkdtempSync(join(tmpdir(), 'geneva-bench-state-'));
  const environment = await managedEnvironment(findInterpreter(), 'requirements.lock', (text) => process.stderr.write(`${text}\n`));
  const { head } = await localUp(environment, { stateDirectory: state });
  const down = async () => {
    await localDown(state);
    rmSync(state, { recursive: true, force: true });
  };
  return { state, environment, head, down };
}
