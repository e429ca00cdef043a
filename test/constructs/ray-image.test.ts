import { RayImage } from '../../src';

test('an image says what it contains', () => {
  expect(RayImage.fromRegistry('rayproject/ray:2.54.0-py312', { rayVersion: '2.54.0', pythonVersion: '3.12' })).toMatchObject({
    image: 'rayproject/ray:2.54.0-py312', rayVersion: '2.54.0', pythonVersion: '3.12',
  });
});

test('a version that names no release is refused', () => {
  expect(() => RayImage.fromRegistry('ray:latest', { rayVersion: 'latest', pythonVersion: '3.12' })).toThrow(/RayImage ray:latest: rayVersion: got "latest"/);
  expect(() => RayImage.fromRegistry('ray', { rayVersion: '2.54.0', pythonVersion: '3.12.1' })).toThrow(/pythonVersion: got "3\.12\.1"/);
});
