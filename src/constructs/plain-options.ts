import { isLate } from './late-value';
import { writtenOption } from './written-option';
import { invalidValue } from '../spec/invalid-value';

/** What an option may be that only types refuse, and where it was given. */
interface PlainOption {
  /** Construct path, or the function that it was given to. */
  readonly path: string;
  readonly at: string;
  readonly got: unknown;
}

/**
 * Refuses a list, where one was given, that is something else: a text would pass for a list of letters.
 *
 * @param example what could be in it, as it is written
 */
export function requireList({ path, at, got }: PlainOption, example: string): void {
  if (got !== undefined && !Array.isArray(got)) {
    const isOne = typeof got === 'string' || typeof got === 'number';
    throw invalidValue({ path, at, got, expected: 'a list', fix: `${writtenOption(at)}: [${isOne ? JSON.stringify(got) : example}]` });
  }
}

/** Refuses a list, where one was given, that isn't one of texts. */
export function requireTexts(option: PlainOption, example: string): void {
  requireList(option, example);
  const { path, at } = option;
  const list = (option.got ?? []) as unknown[];
  const strange = list.findIndex((text) => typeof text !== 'string');
  if (strange >= 0) {
    const isWritten = list.every((text) => ['string', 'number', 'boolean'].includes(typeof text));
    const fix = `${writtenOption(at)}: [${isWritten ? list.map((text) => JSON.stringify(String(text))).join() : example}]`;
    throw invalidValue({ path, at: `${at}[${strange}]`, got: list[strange], expected: 'a text', fix });
  }
}

/** Refuses names, where some were given, one of which is empty or no text. */
export function requireNames(option: PlainOption, fix: string): void {
  requireList(option, '"name"');
  const { path, at, got } = option;
  ((got ?? []) as unknown[]).filter((name) => typeof name !== 'string' || name.trim() === '').forEach((name) => {
    throw invalidValue({ path, at, got: name, expected: 'names, none of them empty', fix });
  });
}

/** Refuses texts by name, where some were given, one of which is no text. */
export function requireTextsByName({ path, at, got }: PlainOption, example: string): void {
  if (got === undefined) { return; }
  if (typeof got !== 'object' || got === null || Array.isArray(got)) {
    throw invalidValue({ path, at, got, expected: 'texts by their names', fix: `${at}: ${example}` });
  }
  Object.entries(got).filter(([, text]) => typeof text !== 'string' && !isLate(text)).forEach(([name, text]) => {
    throw invalidValue({ path, at: `${at}[${JSON.stringify(name)}]`, got: text, expected: 'a text', fix: `${at}: { ${JSON.stringify(name)}: ${JSON.stringify(String(text))} }` });
  });
}

/** Refuses a text, where one was given, that is none. */
export function requireText({ path, at, got }: PlainOption, fix: string): void {
  if (got !== undefined && typeof got !== 'string') {
    throw invalidValue({ path, at, got, expected: 'a text', fix });
  }
}

/** Refuses a choice of yes and no, where one was given, that is neither: any text counts as yes, "false" too. */
export function requireFlag({ path, at, got }: PlainOption): void {
  if (got !== undefined && typeof got !== 'boolean') {
    throw invalidValue({ path, at, got, expected: 'true or false', fix: `${writtenOption(at)}: ${!/^(false|no|off|0|)$/i.test(String(got ?? ''))}` });
  }
}

/** An enumeration, under the name by which programs know it: `{ CapacityType }`. */
type Enumeration = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Refuses a word, where one was given, that is none of an enumeration. */
export function requireOneOf({ path, at, got }: PlainOption, words: Enumeration): void {
  if (got !== undefined && !membersOf(words).includes(got as string)) {
    throw invalidValue({ path, at, got, expected: oneOf(words), fix: `${writtenOption(at)}: ${meantMember(words, got)}` });
  }
}

/** Refuses a list, where one was given, that is none or holds a word that is none of an enumeration. */
export function requireEachOf(option: PlainOption, words: Enumeration): void {
  requireList(option, meantMember(words, undefined));
  const { path, at } = option;
  ((option.got ?? []) as unknown[]).filter((word) => !membersOf(words).includes(word as string)).forEach((got) => {
    throw invalidValue({ path, at, got, expected: oneOf(words), fix: `${writtenOption(at)}: [${meantMember(words, got)}]` });
  });
}

function membersOf(words: Enumeration): string[] {
  return Object.values(words).flatMap((members) => Object.values(members));
}

function oneOf(words: Enumeration): string {
  return `one of ${membersOf(words).map((word) => JSON.stringify(word)).join(', ')}`;
}

/** The member whose name or word is alike, else the first. */
function meantMember(words: Enumeration, got: unknown): string {
  const [[enumeration, members]] = Object.entries(words);
  const letters = (text: unknown) => String(text).toLowerCase().replace(/[^a-z0-9]/g, '');
  const meant = Object.entries(members).find((texts) => texts.some((text) => letters(text) === letters(got)));
  return `${enumeration}.${meant?.[0] ?? Object.keys(members)[0]}`;
}
