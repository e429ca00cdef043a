import { describeRules } from './describe-rule';
import { RAY_JOB_NAME_CASES, RAY_JOB_CASES } from './ray-job.cases';
import { RAY_JOB_NAME_RULES, RAY_JOB_RULES } from '../../../src/spec/rules/catalogue';

describeRules(RAY_JOB_NAME_RULES, RAY_JOB_NAME_CASES);
describeRules(RAY_JOB_RULES, RAY_JOB_CASES);
