import { Rule, Violation } from './rule';

/** An object that bears the name of another one of its app, and says something else. */
export interface Namesake {
  /** Construct path of the one that was found later. */
  readonly path: string;
  /** Construct path of the other. */
  readonly other: string;
  /** What both are known by, such as `ConfigMap ml/features-stack`; for files, the file's name. */
  readonly name: string;
}

export const objectsHaveNamesOfTheirOwn: Rule<readonly Namesake[]> = {
  id: 'NAME-10',
  title: 'No two objects of an app have the same kind, namespace and name, unless they are the same.',
  severity: 'error',
  source: 'Kubernetes documentation, object names: unique for their kind in a namespace',
  why: 'The one that is applied last takes the place of the other.',
  check: (namesakes) => namesakes.map((namesake) => shared(namesake, 'give one of the two environments or jobs another id, another name or another namespace')),
};

export const objectsHaveFilesOfTheirOwn: Rule<readonly Namesake[]> = {
  id: 'NAME-11',
  title: 'No two objects of an app are written to the same file.',
  severity: 'error',
  source: 'cdk8s 2.70, app.ts: with a file for each resource it is called by kind and name, whatever the namespace',
  why: 'The one that is written last takes the place of the other, which is never applied.',
  check: (namesakes) => namesakes.map((namesake) => shared(namesake, 'YamlOutputType.FILE_PER_CHART; or FOLDER_PER_CHART_FILE_PER_RESOURCE and a chart for each environment')),
};

function shared({ path, other, name }: Namesake, fix: string): Violation {
  return { at: path, got: name, expected: `what ${other} is not called, which says something else`, fix };
}
