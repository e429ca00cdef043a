import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { BACKFILL, record } from './sample';
import { keptEvents } from '../../src/submitter/kept-events';
import { RunRecord } from '../../src/submitter/run-record';
import { RunningServer, SERVER_TIMEOUT_MS, startS3 } from '../bundler/stores/servers';

const made = record({ run: 'features-word-count-0123456789-v1.2' });
const EVENTS = '{"type":"plan"}\n{"type":"result"}\n';

let server: RunningServer;
beforeAll(async () => {
  server = await startS3();
  const client = new S3Client({ forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'tables' }));
  await client.send(new PutObjectCommand({ Bucket: 'tables', Key: 'docs.lance/_backfill/features-word-count-0123456789-v1%2E2/events.ndjson', Body: EVENTS }));
}, SERVER_TIMEOUT_MS);
afterAll(() => server?.stop());

const at = (table: string): RunRecord => ({ ...made, spec: { ...made.spec, job: { ...BACKFILL, table } } });

test('the events of a run are read beside its table in a bucket', async () => {
  expect(await keptEvents(at('s3://tables/docs.lance'), { alsoInStores: true })).toBe(EVENTS);
});

test.each(['s3://tables/other.lance', 's3://nowhere/docs.lance', 's3://'])('%s has none, and that is no error', async (table) => {
  expect(await keptEvents(at(table), { alsoInStores: true })).toBe('');
});

test('no store is asked while a head may tell', async () => {
  expect(await keptEvents(at('s3://tables/docs.lance'), { alsoInStores: false })).toBe('');
});
