import { Construct } from 'constructs';
import { invalidValue } from '../spec/invalid-value';
import { objectName } from '../spec/names';

/**
 * The name that a text gives, within a limit: changed where it has to be, and then told from others by a hash.
 *
 * @throws when there is nothing in the text that a name could be made of
 */
export function labelOf(construct: Construct, at: string, text: string, limit: number): string {
  if (typeof text !== 'string' || !/[a-z0-9]/i.test(text)) {
    throw invalidValue({ path: construct.node.path, at, got: text, expected: 'at least one letter from a to z, or digit', fix: `${at}: "features"` });
  }
  return objectName({ parts: [text], limit });
}
