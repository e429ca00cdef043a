import { spawnSync } from 'child_process';
import { join } from 'path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { managedEnvironment } from '../../src/submitter/local/managed-environment';
import { RunningServer, SERVER_TIMEOUT_MS, startS3 } from '../bundler/stores/servers';

let server: RunningServer;

beforeAll(async () => {
  server = await startS3();
  await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: 'tables' }));
}, SERVER_TIMEOUT_MS);
afterAll(() => server?.stop());

test.each(['s3_tables', 's3_faults'])('jobs on tables in a bucket: %s', async (tests) => {
  const { python } = await managedEnvironment(findInterpreter(), 'requirements-dev.lock', () => undefined);
  const env = { ...process.env, TEST_BUCKET: 'tables', AWS_ENDPOINT: server.url, AWS_ALLOW_HTTP: 'true', RAY_USAGE_STATS_ENABLED: '0' };
  const { status, stdout } = spawnSync(python, ['-m', 'pytest', `tests/${tests}.py`, '-q'], { cwd: join(__dirname, '..', '..', 'runtime'), env, encoding: 'utf8' });
  expect(status === 0 ? '' : stdout).toBe('');
}, process.env.CHAOS_ROUNDS ? 7_200_000 : 600_000);
