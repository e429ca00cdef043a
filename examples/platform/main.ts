import * as path from 'path';
import { App, Chart } from 'cdk8s';
import { FeaturePlatform } from './feature-platform';
import { RayImage } from 'geneva-constructs';

const app = new App();
const chart = new Chart(app, 'platform');

const platform = new FeaturePlatform(chart, 'platform', {
  image: RayImage.fromRegistry('ghcr.io/acme/ray:2026-11', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  bucket: 'acme-bundles',
});
const workspace = path.join(__dirname, 'workspace');

const search = platform.addTeam('search', { workspace, maxWorkers: 50, group: 'search-engineers' });
search.addBackfill('tokens', { table: 's3://acme/documents.lance', column: 'tokens', udf: 'features.text:tokens', workerGroup: 'cpu' });

const ads = platform.addTeam('ads', { workspace, maxWorkers: 10, group: 'ads-engineers' });
ads.addBackfill('length', { table: 's3://acme/banners.lance', column: 'length', udf: 'features.text:length', workerGroup: 'cpu' });

app.synth();
