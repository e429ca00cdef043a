import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { ContentNamedObject } from './content-named-object';
import { Target } from '../spec/kuberay-versions';
import { RayObject } from '../spec/ray-object';
import { checkRayObject } from '../spec/rules/check-object';
import { Finding } from '../spec/rules/rule';

/** Checks the objects of KubeRay at a construct and below it that others wrote: ours are checked by the constructs that made them. */
export function checkRawObjects(scope: IConstruct, target: Target): Finding[] {
  return scope.node.findAll().filter(isRaw).flatMap((object) => {
    const { kind, metadata, spec } = object.toJson() as RayObject<object> & { readonly kind: string };
    return checkRayObject(kind, { metadata, spec }, target).map((finding) => ({ ...finding, at: `${object.node.path}: ${finding.at}` }));
  });
}

function isRaw(construct: IConstruct): construct is ApiObject {
  return ApiObject.isApiObject(construct) && construct.apiGroup === 'ray.io' && !ContentNamedObject.isOne(construct);
}
