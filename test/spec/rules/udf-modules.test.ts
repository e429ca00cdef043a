import { describeRules } from './describe-rule';
import { BUNDLED_UDF_ADVICE } from '../../../src/spec/rules/catalogue';
import { moduleIsInTheBundle as rule } from '../../../src/spec/rules/udf-modules';

const job = 'words';
const udf = 'features.text:word_count';

describeRules(BUNDLED_UDF_ADVICE, [
  { rule, passes: { job, udf, found: 'features.text' }, fails: { job, udf, found: 'features' }, at: 'job "words" udf' },
  { rule, passes: { job, udf: 'text:count', found: 'text' }, fails: { job, udf, found: '' }, at: 'job "words" udf' },
]);
