import { Rule } from './rule';

/** A function of a job whose environment ships code. */
export interface BundledUdf {
  readonly job: string;
  /** `module:function`. */
  readonly udf: string;
  /** What of the module's name the roots of the bundle have: all of it, when one of them has the module. */
  readonly found: string;
}

export const moduleIsInTheBundle: Rule<BundledUdf> = {
  id: 'JOB-11',
  title: 'A function is in a module that ships.',
  severity: 'advice',
  source: 'ours; a module may be in the image, too, which synth does not see',
  why: 'Unless the image has it, a run fails when its cluster is up already.',
  check: ({ job, udf, found }) => moduleOf(udf) === found ? [] : [{
    at: `job "${job}" udf`,
    got: udf,
    expected: `a module of the bundle, whose roots have ${found === '' ? 'nothing of that name' : `"${found}" and not "${moduleOf(udf)}"`}`,
    fix: 'spell it as the file below the root is called, or ship the directory it is in; when the image has it, acknowledge this',
  }],
};

/** The module of a `module:function`. */
export function moduleOf(udf: string): string {
  return udf.split(':')[0];
}
