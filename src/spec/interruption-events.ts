/**
 * The events of AWS by which Karpenter hears that a node is about to go. Source: Karpenter 1.14 documentation, interruption; EC2 documentation, Capacity
 * Blocks, for the last one.
 */

import { policyText } from './iam-policies';

/** An event, by how it is called and by what EventBridge knows it. */
export interface InterruptionEvent {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
}

export const INTERRUPTION_EVENTS: readonly InterruptionEvent[] = [
  { id: 'health', source: 'aws.health', detailType: 'AWS Health Event' },
  { id: 'spot', source: 'aws.ec2', detailType: 'EC2 Spot Instance Interruption Warning' },
  { id: 'rebalance', source: 'aws.ec2', detailType: 'EC2 Instance Rebalance Recommendation' },
  { id: 'state', source: 'aws.ec2', detailType: 'EC2 Instance State-change Notification' },
  { id: 'reservation', source: 'aws.ec2', detailType: 'EC2 Capacity Reservation Instance Interruption Warning' },
];

/** What a rule of EventBridge matches. */
export function eventPattern({ source, detailType }: InterruptionEvent): string {
  return JSON.stringify({ 'source': [source], 'detail-type': [detailType] });
}

/** Lets the rules, and nothing else, write to the queue, over TLS alone. */
export function interruptionQueuePolicy(queueArn: string, ruleArns: readonly string[]): string {
  return policyText(
    {
      Sid: 'Events',
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['sqs:SendMessage'],
      Resource: [queueArn],
      Condition: { ArnEquals: { 'aws:SourceArn': [...ruleArns] } },
    },
    { Sid: 'OnlyTls', Effect: 'Deny', Principal: '*', Action: ['sqs:*'], Resource: [queueArn], Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
  );
}
