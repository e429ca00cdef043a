import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { isAcknowledged } from './acknowledgements';
import { printAdvice } from './advice-output';
import { findNamesakes } from './namesakes';
import { describe, Finding } from '../spec/rules/rule';

type Check = () => Finding[];

/** Checks by the construct that they are about. */
class CheckList {
  private readonly checks = new WeakMap<IConstruct, Check[]>();

  public add(construct: IConstruct, check: Check): void {
    this.checks.set(construct, [...this.checks.get(construct) ?? [], check]);
  }

  public has(construct: IConstruct): boolean {
    return this.checks.has(construct);
  }

  public run(scope: IConstruct): { readonly construct: IConstruct; readonly finding: Finding }[] {
    const checks = scope.node.findAll().flatMap((construct) => (this.checks.get(construct) ?? []).map((check) => ({ construct, check })));
    return checks.flatMap(({ construct, check }) => check().map((finding) => ({ construct, finding })));
  }
}

const CHECKS = new CheckList();

/** Checks of what {@link CHECKS} find. */
const CHECKS_OF_FINDINGS = new CheckList();

/** What was printed already, by the root of the tree: cdk8s validates a construct once for each chart. */
const PRINTED = new WeakMap<IConstruct, Set<string>>();

/**
 * Has a construct checked at synth: errors stop it, all at once; advice that nobody acknowledged is printed.
 */
export function checkAtSynth(construct: Construct, check: Check): void {
  const checkAll = withNames(construct, check);
  CHECKS.add(construct, checkAll);
  validateBy(construct, checkAll);
}

/** A check that looks at the names of what is emitted as well, again only when it finds something else than before. */
function withNames(construct: Construct, check: Check): Check {
  let last: { readonly of: Finding[]; readonly all: Finding[] } | undefined;
  return () => {
    const found = check();
    if (found !== last?.of) {
      last = { of: found, all: [...found, ...findNamesakes(construct.node.root, ownObjects(construct))] };
    }
    return last.all;
  };
}

/** What a construct emits, without what constructs below it check themselves. */
function ownObjects(construct: IConstruct): ApiObject[] {
  const others = construct.node.children.filter((child) => !CHECKS.has(child));
  return others.flatMap((child) => [...(ApiObject.isApiObject(child) ? [child] : []), ...ownObjects(child)]);
}

/** Has checked at synth what the checks at a construct and below it find, given as the ids of rules. */
export function checkFindingsAtSynth(construct: Construct, check: (ids: string[]) => Finding[]): void {
  const checkIds = () => check(CHECKS.run(construct).map(({ finding }) => finding.id));
  CHECKS_OF_FINDINGS.add(construct, checkIds);
  validateBy(construct, checkIds);
}

/** The advice at a construct and below it that nobody acknowledged, in words. */
export function openAdviceBelow(scope: IConstruct): string[] {
  return [...CHECKS.run(scope), ...CHECKS_OF_FINDINGS.run(scope)]
    .filter(({ construct, finding }) => isOpenAdvice(construct, finding))
    .map(({ construct, finding }) => adviceText(construct, finding));
}

function validateBy(construct: Construct, check: Check): void {
  let last: { readonly found: Finding[]; readonly errors: string[] } | undefined;
  construct.node.addValidation({
    validate: () => {
      const found = check();
      if (found !== last?.found) { // the same list was told of already: a check that remembers gives it again for each chart
        last = { found, errors: tell(construct, found) };
      }
      return last.errors;
    },
  });
}

/** Prints the advice that nobody acknowledged, and puts the errors into words. */
function tell(construct: Construct, found: Finding[]): string[] {
  found.filter((finding) => isOpenAdvice(construct, finding)).forEach((finding) => print(construct, adviceText(construct, finding)));
  return found.filter(({ severity }) => severity === 'error').map((finding) => describe(finding));
}

function isOpenAdvice(construct: IConstruct, { id, severity }: Finding): boolean {
  return severity === 'advice' && !isAcknowledged(construct, id);
}

function adviceText(construct: IConstruct, finding: Finding): string {
  return `advice: ${describe(finding, construct.node.path)}`;
}

function print(construct: IConstruct, text: string): void {
  const { root } = construct.node;
  const before = PRINTED.get(root) ?? new Set<string>();
  if (!before.has(text)) {
    PRINTED.set(root, before.add(text));
    printAdvice(text);
  }
}
