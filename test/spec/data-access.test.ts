import { submitterPolicy, workloadPolicy } from '../../src/spec/data-access';
import { eksCluster, PolicyStatement } from '../../src/spec/iam-policies';

const NOTHING = { partition: 'aws', reads: [], writes: [], adds: [], kmsKeyArns: [] };
const statements = (text: string): PolicyStatement[] => JSON.parse(text).Statement;

test('who only reads can not encrypt', () => {
  const [read, list, keys] = statements(workloadPolicy({ ...NOTHING, reads: [{ bucket: 'acme', prefix: 'a' }], kmsKeyArns: ['k', 'k'] }));
  expect(read).toMatchObject({ Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::acme/a/*'] });
  expect(list).toMatchObject({ Action: ['s3:ListBucket'], Condition: { StringLike: { 's3:prefix': ['a', 'a/*'] } } });
  expect(keys).toMatchObject({ Action: ['kms:Decrypt'], Resource: ['k'] });
});

test('a place that is said twice is granted once', () => {
  const place = { bucket: 'acme', prefix: 'a' };
  expect(statements(workloadPolicy({ ...NOTHING, writes: [place, place] }))[0].Resource).toEqual(['arn:aws:s3:::acme/a/*']);
});

test('the listing of a bucket is a statement of its own: prefixes of one bucket do not hold for another', () => {
  const lists = statements(workloadPolicy({ ...NOTHING, reads: [{ bucket: 'a', prefix: 'x' }, { bucket: 'b', prefix: 'y' }] })).filter(({ Action }) => Action.includes('s3:ListBucket'));
  expect(lists.map(({ Resource, Condition }) => [Resource, Condition!.StringLike['s3:prefix']])).toEqual([[['arn:aws:s3:::a'], ['x', 'x/*']], [['arn:aws:s3:::b'], ['y', 'y/*']]]);
});

test('submitters never delete', () => {
  const policy = submitterPolicy(eksCluster('arn:aws:eks:eu-west-1:123456789012:cluster/prod'), { ...NOTHING, adds: [{ bucket: 'acme', prefix: '' }] });
  expect(statements(policy).flatMap(({ Action }) => Action).filter((action) => /Delete|\*/.test(action))).toEqual([]);
});
