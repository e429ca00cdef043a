import { isBefore } from '../versions';
import { Rule } from './rule';

/** What is in the image of an environment, as its program says. */
export interface ImagePython {
  readonly rayVersion: string;
  readonly pythonVersion: string;
}

/** First Ray release that is built for Python 3.14. */
const PYTHON_3_14_RAY = '2.55';

/** First Ray release of which we don't know for what it is built. */
const UNKNOWN_RAY = '2.61';

export const pythonIsOfRay: Rule<ImagePython> = {
  id: 'VER-10',
  title: 'The Python of an image is 3.10 or later, and one that its Ray is built for.',
  severity: 'error',
  source: 'packages of Ray 2.52 to 2.60 on PyPI: Python 3.10 to 3.13, from Ray 2.55 on 3.14, too; our runtime needs 3.10',
  why: 'No image has such a Python with such a Ray: one of the two is said wrong, and code is bundled for the wrong one.',
  check: ({ rayVersion, pythonVersion }) => {
    const newest = isBefore(rayVersion, PYTHON_3_14_RAY) ? '3.13' : isBefore(rayVersion, UNKNOWN_RAY) ? '3.14' : undefined;
    const isTooNew = newest !== undefined && isBefore(newest, pythonVersion);
    return !isTooNew && !isBefore(pythonVersion, '3.10') ? [] : [{
      at: 'image pythonVersion',
      got: pythonVersion,
      expected: newest === undefined ? 'at least 3.10' : `3.10 to ${newest}, with Ray ${rayVersion}`,
      fix: 'print sys.version in the image and use the first two numbers; build an image with a Python that Ray supports where that is the one',
    }];
  },
};
