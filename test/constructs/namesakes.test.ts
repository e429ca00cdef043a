import { App, Chart, ChartProps, Size, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';
import { IMAGE } from './synthesized';
import { CloudIdentity, ComputeEnvironment, ComputeEnvironmentProps, HeadNodePool } from '../../src';

function chartOf(yamlOutputType?: YamlOutputType, props: ChartProps = {}): Chart {
  return new Chart(new App({ yamlOutputType }), 'test', props);
}

function environment(scope: Construct, id: string, props: Partial<ComputeEnvironmentProps> = {}): ComputeEnvironment {
  return new ComputeEnvironment(scope, id, { image: IMAGE, headPool: HeadNodePool.fromLabelledNodes(), ...props });
}

const synth = (chart: Chart) => () => (chart.node.root as App).synthYaml();

test('two environments of one name in one namespace are told apart by their paths, and stop each synth', () => {
  const chart = chartOf();
  const [a, b] = ['a', 'b'].map((id) => environment(new Construct(chart, id), 'features'));
  expect(synth(chart)).not.toThrow(); // the same one, twice
  a.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10 });
  b.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 20 });
  const message = /\[test\/b\/features\] test\/b\/features\/Descriptor: got "ConfigMap features\/features-stack", expected what test\/a\/features\/Descriptor is not called.*\n.*\n.*NAME-10/;
  expect(synth(chart)).toThrow(message);
  expect(synth(chart)).toThrow(message);
});

test('two identities for the one account of a namespace stop synth; the same account twice does not', () => {
  const two = (...roles: string[]) => {
    const chart = chartOf(undefined, { namespace: 'ml' });
    roles.forEach((role, i) => environment(chart, `features${i}`, { cloudIdentity: CloudIdentity.eksIrsa(`arn:aws:iam::123456789012:role/${role}`) }));
    return synth(chart);
  };
  expect(two('a', 'b')).toThrow(/"ServiceAccount ml\/geneva-service-account".*\n.*\n.*NAME-10/);
  expect(two('a', 'a')).not.toThrow();
});

test('names that parts are joined to may clash, too: pools have no namespace', () => {
  const chart = chartOf();
  environment(chart, 'a-ml', { namespaceName: 'team', headPool: HeadNodePool.karpenter({ labelValue: 'one' }) });
  environment(chart, 'ml', { namespaceName: 'team-a', headPool: HeadNodePool.karpenter({ labelValue: 'two' }) });
  expect(synth(chart)).toThrow(/"NodePool.karpenter.sh team-a-ml-head".*\n.*\n.*NAME-10/);
});

test('objects of one kind and name in two namespaces are two objects, and one file where each has one', () => {
  const two = (shape?: YamlOutputType) => {
    const chart = chartOf(shape);
    ['a', 'b'].forEach((id) => environment(chart, id));
    return synth(chart);
  };
  expect(two()).not.toThrow();
  expect(two(YamlOutputType.FILE_PER_APP)).not.toThrow();
  expect(two(YamlOutputType.FILE_PER_RESOURCE)).toThrow(/test\/b\/ServiceAccount: got "ServiceAccount.geneva-service-account".*\n.*\n.*YamlOutputType.FILE_PER_CHART.*NAME-11/);
  expect(two(YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE)).toThrow(/NAME-11/);
});

test('a folder for each chart keeps them apart', () => {
  const app = new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
  ['a', 'b'].forEach((id) => environment(new Chart(app, id), id));
  expect(() => app.synthYaml()).not.toThrow();
});
