import { Image } from './images';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { managedEnvironment } from '../../src/submitter/local/managed-environment';

/** What a Ray image has: the managed environment of this machine, with Ray and Lance. */
export async function anyRayImage(): Promise<Image> {
  const { directory } = await managedEnvironment(findInterpreter(), 'requirements.lock', (line) => process.stderr.write(`${line}\n`));
  return { environment: directory };
}
