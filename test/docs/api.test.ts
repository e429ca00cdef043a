import { readFileSync } from 'fs';
import { join } from 'path';
import { REPOSITORY } from './pages';

/** What jsii knows of the public API: compile first. */
interface Assembly {
  readonly types: Record<string, Type>;
}

interface Documented {
  readonly name: string;
  readonly docs?: { readonly summary?: string; readonly default?: string };
}

interface Member extends Documented {
  readonly optional?: boolean;
  readonly parameters?: readonly Documented[];
}

interface Type extends Documented {
  readonly kind: 'class' | 'interface' | 'enum';
  /** Of an interface: whether it is a set of options. */
  readonly datatype?: boolean;
  readonly initializer?: { readonly parameters?: readonly Documented[] };
  readonly members?: readonly Documented[];
  readonly methods?: readonly Member[];
  readonly properties?: readonly Member[];
}

/** What API.md would leave a reader to guess, a line each. */
function gaps({ types }: Assembly): string[] {
  return Object.values(types).flatMap((type) => {
    const members: readonly Member[] = [...type.members ?? [], ...type.methods ?? [], ...type.properties ?? []];
    const parameters = [...type.initializer?.parameters ?? [], ...members.flatMap((member) => member.parameters ?? [])];
    const options = type.datatype ? members.filter(({ optional }) => optional) : [];
    return [
      ...[type, ...members].filter(({ docs }) => !docs?.summary).map(({ name }) => `${type.name}: ${name} has no summary`),
      ...parameters.filter(({ docs }) => !docs?.summary).map(({ name }) => `${type.name}: parameter ${name} has no @param`),
      ...options.filter(({ docs }) => !docs?.default).map(({ name }) => `${type.name}: ${name} is optional and has no @default`),
    ];
  });
}

test('every public member has a summary, every parameter a word, every optional property a default', () => {
  const assembly = JSON.parse(readFileSync(join(REPOSITORY, '.jsii'), 'utf8')) as Assembly;
  expect(Object.keys(assembly.types).length).toBeGreaterThan(50);
  expect(gaps(assembly)).toEqual([]);
});

test('a member without is found', () => {
  const options: Type = { name: 'Options', kind: 'interface', datatype: true, docs: { summary: 'Some.' }, properties: [{ name: 'size', optional: true, docs: { summary: 'Size.' } }] };
  const thing: Type = { name: 'Thing', kind: 'class', initializer: { parameters: [{ name: 'id' }] }, methods: [{ name: 'add', docs: {} }] };
  expect(gaps({ types: { options, thing } })).toEqual([
    'Options: size is optional and has no @default',
    'Thing: Thing has no summary',
    'Thing: add has no summary',
    'Thing: parameter id has no @param',
  ]);
});
