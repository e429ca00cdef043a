import { describeRules } from './describe-rule';
import { IMAGE_RULES } from '../../../src/spec/rules/catalogue';
import { pythonIsOfRay } from '../../../src/spec/rules/image-python';

const rule = pythonIsOfRay;
const at = 'image pythonVersion';

describeRules(IMAGE_RULES, [
  { rule, passes: { rayVersion: '2.60.0', pythonVersion: '3.10' }, fails: { rayVersion: '2.60.0', pythonVersion: '3.9' }, at },
  { rule, passes: { rayVersion: '2.54.1', pythonVersion: '3.13' }, fails: { rayVersion: '2.54.1', pythonVersion: '3.14' }, at },
  { rule, passes: { rayVersion: '2.60.1', pythonVersion: '3.14' }, fails: { rayVersion: '2.60.1', pythonVersion: '3.99' }, at },
  { rule, passes: { rayVersion: '2.61.0', pythonVersion: '3.15' }, fails: { rayVersion: '2.61.0', pythonVersion: '3.9' }, at },
  { rule, passes: { rayVersion: '2.55.0', pythonVersion: '3.14' }, fails: { rayVersion: '2.52.0', pythonVersion: '3.9' }, at },
]);
