import { describeRules } from './describe-rule';
import { RAY_SERVICE_NAME_CASES, RAY_SERVICE_OBJECT_CASES, RAY_SERVICE_CASES } from './ray-service.cases';
import { RAY_SERVICE_NAME_RULES, RAY_SERVICE_OBJECT_RULES, RAY_SERVICE_RULES } from '../../../src/spec/rules/catalogue';

describeRules(RAY_SERVICE_NAME_RULES, RAY_SERVICE_NAME_CASES);
describeRules(RAY_SERVICE_OBJECT_RULES, RAY_SERVICE_OBJECT_CASES);
describeRules(RAY_SERVICE_RULES, RAY_SERVICE_CASES);
