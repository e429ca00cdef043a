import { describeRules } from './describe-rule';
import { OBJECT_FILE_RULES, OBJECT_NAME_RULES } from '../../../src/spec/rules/catalogue';
import { Namesake, objectsHaveFilesOfTheirOwn, objectsHaveNamesOfTheirOwn } from '../../../src/spec/rules/object-names';

const NAMESAKE: Namesake = { path: 'app/b/Descriptor', other: 'app/a/Descriptor', name: 'ConfigMap ml/features-stack' };

describeRules(OBJECT_NAME_RULES, [{ rule: objectsHaveNamesOfTheirOwn, passes: [], fails: [NAMESAKE], at: 'app/b/Descriptor' }]);

describeRules(OBJECT_FILE_RULES, [{ rule: objectsHaveFilesOfTheirOwn, passes: [], fails: [NAMESAKE], at: 'app/b/Descriptor' }]);
