import { nodeDisks } from '../../src/spec/node-disks';

test('the one disk of Amazon Linux holds all', () => {
  expect(nodeDisks('al2023', { gibibytes: 100 })).toEqual([{ deviceName: '/dev/xvda', gibibytes: 100 }]);
});

test('what containers need is on the second disk of Bottlerocket', () => {
  expect(nodeDisks('bottlerocket', { gibibytes: 200, kmsKey: 'k' })).toEqual([
    { deviceName: '/dev/xvda', gibibytes: 4, kmsKey: 'k' },
    { deviceName: '/dev/xvdb', gibibytes: 200, kmsKey: 'k' },
  ]);
});

test('a throughput has the operations that it takes', () => {
  expect(nodeDisks('al2', { gibibytes: 1, throughput: 1000 })[0].iops).toBe(4000);
  expect(nodeDisks('al2', { gibibytes: 1, throughput: 125 })[0].iops).toBe(3000);
});
