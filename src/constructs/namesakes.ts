import { ApiObject, App, Names, YamlOutputType } from 'cdk8s';
import { IConstruct } from 'constructs';
import { identityOf } from './rendered-object';
import { targetOf } from './target';
import { checkObjectFiles, checkObjectNames } from '../spec/rules/check';
import { Namesake } from '../spec/rules/object-names';
import { Finding } from '../spec/rules/rule';

/** Who was found first under a name, by the root of the tree. */
const FIRST = new WeakMap<IConstruct, Map<string, ApiObject>>();

/** Those of some objects of a tree that bear the name of another one, which was asked about before. */
export function findNamesakes(root: IConstruct, objects: ApiObject[]): Finding[] {
  const first = FIRST.get(root) ?? new Map<string, ApiObject>();
  FIRST.set(root, first);
  const target = targetOf(undefined);
  return [
    ...checkObjectNames(namesakes(objects, fullName, first), target),
    ...checkObjectFiles(namesakes(objects, fileOf, first), target),
  ];
}

function namesakes(objects: ApiObject[], nameOf: (object: ApiObject) => string | undefined, first: Map<string, ApiObject>): Namesake[] {
  return objects.flatMap((object) => {
    const name = nameOf(object);
    const other = name === undefined ? undefined : first.get(name);
    if (name === undefined || other === object) { return []; }
    if (other === undefined || !isInTree(other)) {
      first.set(name, object);
      return [];
    }
    return isSame(object, other) ? [] : [{ path: object.node.path, other: other.node.path, name }];
  });
}

function fullName(object: ApiObject): string {
  const { name, namespace } = identityOf(object);
  return `${object.kind}${object.apiGroup === 'core' ? '' : `.${object.apiGroup}`} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The file that cdk8s writes an object to, where each has one. */
function fileOf(object: ApiObject): string | undefined {
  const { root } = object.node;
  const shape = root instanceof App ? root.yamlOutputType : undefined;
  const file = `${object.kind}.${identityOf(object).name}`;
  switch (shape) {
    case YamlOutputType.FILE_PER_RESOURCE: return file;
    case YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE: return `${Names.toDnsLabel(object.chart)}/${file}`;
    default: return undefined;
  }
}

function isInTree(object: ApiObject): boolean {
  return object.node.scope?.node.tryFindChild(object.node.id) === object;
}

/** Looked at only where names clash: the same object twice harms nobody. */
function isSame(one: ApiObject, other: ApiObject): boolean {
  return JSON.stringify(one.toJson()) === JSON.stringify(other.toJson());
}
