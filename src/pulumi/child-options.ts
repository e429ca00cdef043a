import { Output, Resource } from '@pulumi/pulumi';

/** What a child of a component is made with. */
export interface ChildOptions {
  readonly parent: Resource;
  readonly dependsOn: Output<Resource[]>;
}

/**
 * The options of a component's children: none is made before the inputs of all of them are found to be right, nor before what it needs.
 *
 * @param parent the component
 * @param checked fails when an input can't be meant; while it is unknown, in a preview, children are shown all the same
 * @param needed resources that have to be there first
 */
export function childOptions(parent: Resource, checked: Output<unknown>, needed: Resource[] = []): ChildOptions {
  return { parent, dependsOn: checked.apply(() => needed) };
}
