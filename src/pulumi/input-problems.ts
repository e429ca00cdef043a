import { InputPropertiesError } from '@pulumi/pulumi';
import { describe, Finding } from '../spec/rules/rule';

/** An input that can't be meant. */
export interface Problem {
  readonly propertyPath: string;
  readonly reason: string;
}

/** What a text has to look like, and how to mend one that doesn't. */
export interface TextShape {
  readonly is: RegExp;
  readonly expected: string;
  readonly fix: string;
}

/**
 * Refuses a component.
 *
 * @throws InputPropertiesError with all problems, when there are any
 */
export function refuse(component: string, name: string, problems: readonly Problem[]): void {
  if (problems.length === 0) {
    return;
  }
  const told = problems.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`).join('\n');
  const count = problems.length === 1 ? 'one of its inputs' : `${problems.length} of its inputs`;
  const error = new InputPropertiesError({ message: `${component} ${name}: ${count} can't be meant.\n${told}`, errors: [...problems] });
  error.stack = undefined; // Pulumi prints it to users
  throw error;
}

/** Finds a number that isn't whole, or is too small. */
export function whole(propertyPath: string, got: number | undefined, least: number): Problem[] {
  const fits = got === undefined || (Number.isSafeInteger(got) && got >= least);
  return fits ? [] : [{ propertyPath, reason: `got ${got}, expected a whole number, at least ${least}` }];
}

/** Finds a text that doesn't look as it has to. */
export function shaped(propertyPath: string, got: string | undefined, shape: TextShape): Problem[] {
  return got === undefined || shape.is.test(got) ? [] : [{ propertyPath, reason: `got ${JSON.stringify(got)}, expected ${shape.expected}. Fix: ${shape.fix}` }];
}

/** Finds a word that isn't among those there are. */
export function oneOf(propertyPath: string, got: string | undefined, words: readonly string[]): Problem[] {
  return got === undefined || words.includes(got) ? [] : [{ propertyPath, reason: `got ${JSON.stringify(got)}, expected one of ${words.join(', ')}` }];
}

/** Finds a list that is there and empty. */
export function filled(propertyPath: string, got: readonly unknown[] | undefined, expected: string): Problem[] {
  return got === undefined || got.length > 0 ? [] : [{ propertyPath, reason: `got an empty list, expected ${expected}` }];
}

/** What rules found, at the inputs behind the fields. */
export function atInputs(found: readonly Finding[], inputOf: (at: string) => string): Finding[] {
  return found.map((finding) => ({ ...finding, at: inputOf(finding.at) }));
}

/** What rules advise, each once: several fields may have come from one input. */
export function advised(found: readonly Finding[]): string[] {
  return [...new Set(found.filter(({ severity }) => severity === 'advice').map((finding) => describe(finding)))];
}

/** What rules refuse, as problems of inputs. */
export function broken(found: readonly Finding[]): Problem[] {
  return found.filter(({ severity }) => severity === 'error').map((finding) => ({
    propertyPath: finding.at,
    reason: describe(finding).slice(`${finding.at}: `.length), // the input is said by its path
  }));
}
