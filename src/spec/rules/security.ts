import { K8S_TOKEN_AUTH_RAY, TOKEN_AUTH_RAY } from '../kuberay-versions';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { isBefore } from '../versions';
import { Rule } from './rule';

export const tokenNeedsRay: Rule<RayClusterV1Spec> = {
  id: 'RAY-S1',
  title: 'Token authentication needs Ray 2.52.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go; CVE-2025-62593',
  why: 'Older releases know no token: whoever reaches the dashboard runs code on the cluster.',
  check: (spec) => spec.authOptions?.mode !== 'token' || !isBefore(spec.rayVersion ?? '', TOKEN_AUTH_RAY) ? [] : [{
    at: 'rayVersion',
    got: spec.rayVersion,
    expected: `at least ${TOKEN_AUTH_RAY} with token authentication`,
    fix: `use an image with Ray ${TOKEN_AUTH_RAY} or later`,
  }],
};

export const k8sTokenNeedsItsOwn: Rule<RayClusterV1Spec> = {
  id: 'RAY-S2',
  title: 'Tokens of Kubernetes need the token mode, Ray 2.55 and no Secret.',
  severity: 'error',
  since: '1.6',
  source: 'KubeRay validation.go',
  why: 'The operator refuses the cluster in a Warning event only: no status, no pods.',
  check: ({ authOptions, rayVersion }) => authOptions?.enableK8sTokenAuth !== true ? [] : [
    ...(authOptions.mode === 'token' ? [] : [{ at: 'authOptions.mode', got: authOptions.mode, expected: '"token"', fix: 'mode: "token"' }]),
    ...(authOptions.secretName === undefined ? [] : [{ at: 'authOptions.secretName', got: authOptions.secretName, expected: 'nothing', fix: 'drop it' }]),
    ...(!isBefore(rayVersion ?? '', K8S_TOKEN_AUTH_RAY) ? [] : [{
      at: 'rayVersion',
      got: rayVersion,
      expected: `at least ${K8S_TOKEN_AUTH_RAY} with tokens of Kubernetes`,
      fix: `use an image with Ray ${K8S_TOKEN_AUTH_RAY} or later`,
    }]),
  ],
};

export const authModeIsWrittenOut: Rule<RayClusterV1Spec> = {
  id: 'RAY-S1b',
  title: 'Authentication says its mode.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay 1.7 code: authOptions acts only when mode equals token',
  why: 'authOptions without a mode makes an unused Secret at most and leaves the cluster open.',
  unconfirmed: 'authOptions without a mode is read as no authentication',
  check: (spec) => spec.authOptions === undefined || spec.authOptions.mode !== undefined ? [] : [{
    at: 'authOptions.mode',
    got: undefined,
    expected: '"token" or "disabled"',
    fix: 'authOptions: { mode: "token" }',
  }],
};
