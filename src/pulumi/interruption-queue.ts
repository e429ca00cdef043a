import { EventRule, EventTarget } from '@pulumi/aws/cloudwatch';
import { Queue, QueuePolicy } from '@pulumi/aws/sqs';
import { all, Input, Output, Resource } from '@pulumi/pulumi';
import { childOptions } from './child-options';
import { eventPattern, INTERRUPTION_EVENTS, interruptionQueuePolicy } from '../spec/interruption-events';

/** What is older is no warning any more. */
const RETENTION_SECONDS = 300;

/** Makes the queue of interruptions, with a rule for each kind of event. */
export function interruptionQueue(parent: Resource, name: string, checked: Output<unknown>, tags?: Input<{ [key: string]: Input<string> }>): Queue {
  const options = childOptions(parent, checked);
  const queue = new Queue(`${name}-interruption`, { messageRetentionSeconds: RETENTION_SECONDS, sqsManagedSseEnabled: true, tags }, options);
  const rules = INTERRUPTION_EVENTS.map((event) =>
    new EventRule(`${name}-${event.id}`, { description: `Tells Karpenter: ${event.detailType}`, eventPattern: eventPattern(event), tags }, options));
  const policy = all([queue.arn, all(rules.map(({ arn }) => arn))]).apply(([queueArn, ruleArns]) => interruptionQueuePolicy(queueArn, ruleArns));
  const written = new QueuePolicy(`${name}-interruption`, { queueUrl: queue.url, policy }, options);
  rules.forEach((rule, i) => new EventTarget(`${name}-${INTERRUPTION_EVENTS[i].id}`, { rule: rule.name, arn: queue.arn }, childOptions(parent, checked, [written])));
  return queue;
}
