import { PolicyStatement, policyText } from './iam-policies';

/** Refuses whoever comes without TLS, or with one before 1.2. Source: S3 security best practices. Denials name all actions: nothing is let in by them. */
export function tlsOnlyPolicy(bucketArn: string): string {
  const deny = (Sid: string, Condition: PolicyStatement['Condition']): PolicyStatement =>
    ({ Sid, Effect: 'Deny', Principal: '*', Action: ['s3:*'], Resource: [bucketArn, `${bucketArn}/*`], Condition });
  return policyText(
    deny('OnlyTls', { Bool: { 'aws:SecureTransport': 'false' } }),
    deny('OnlyRecentTls', { NumericLessThan: { 's3:TlsVersion': '1.2' } }),
  );
}
