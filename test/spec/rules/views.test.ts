import { describeRules } from './describe-rule';
import { VIEW_RULES } from '../../../src/spec/rules/catalogue';
import { viewsAreNotMadeFromThemselves, viewsHaveATableEach, ViewTables } from '../../../src/spec/rules/views';

/** Views by their tables: `a>b` is made from a and makes b. */
function views(...tables: string[]): ViewTables {
  return { views: tables.map((pair) => ({ name: pair, source: pair.split('>')[0], destination: pair.split('>')[1] })) };
}

const rule = viewsAreNotMadeFromThemselves;

describeRules(VIEW_RULES, [
  { rule, passes: views('a>b'), fails: views('a>a'), at: 'job "a>a" source' },
  { rule, passes: views('a>b', 'b>c', 'a>c'), fails: views('a>b', 'b>a'), at: 'job "a>b" source' },
  { rule, passes: views('a>b', 'c>b'), fails: views('x>a', 'a>b', 'b>c', 'c>a'), at: 'job "a>b" source' },
  { rule, passes: views('/a/x.lance>/a/y.lance'), fails: views('/a/x.lance>/a//x.lance/'), at: 'job "/a/x.lance>/a//x.lance/" source' },
  { rule: viewsHaveATableEach, passes: views('a>b', 'a>c'), fails: views('a>b', 'c>b'), at: 'job "c>b" destination' },
  { rule: viewsHaveATableEach, passes: views('a>s3://b/c', 'a>s3://b/d'), fails: views('a>s3://b/c', 'a>s3://b//c/'), at: 'job "a>s3://b//c/" destination' },
]);
