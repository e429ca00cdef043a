import { Rule } from './rule';

/** The materialized views of an environment: which table each is made from, and which it makes. */
export interface ViewTables {
  readonly views: readonly { readonly name: string; readonly source: string; readonly destination: string }[];
}

export const viewsAreNotMadeFromThemselves: Rule<ViewTables> = {
  id: 'JOB-10',
  title: 'No materialized view is made from itself, be it through others.',
  severity: 'error',
  source: 'ours',
  why: 'Each refresh would change what the next one reads, without an end.',
  check: ({ views }) => circles(views).map(({ name, way }) => ({
    at: `job "${name}" source`,
    got: way[0],
    expected: `a table that is not made from the view's own, ${way[way.length - 1]}`,
    fix: 'write the view to another table',
  })),
};

/** Every circle once, at the first view that is on it. */
function circles(views: ViewTables['views']): { name: string; way: readonly string[] }[] {
  const found = views.map(({ name, source, destination }) => ({ name, way: wayBack(destination, [source], views) ?? [] }));
  const tables = found.map(({ way }) => [...way].sort().join('\n'));
  return found.filter(({ way }, i) => way.length > 0 && tables.indexOf(tables[i]) === i);
}

/** The tables from a view's source back to its destination, where one is made from the other; a way that meets itself elsewhere is another view's. */
function wayBack(destination: string, way: readonly string[], views: ViewTables['views']): readonly string[] | undefined {
  const table = way[way.length - 1];
  if (table === destination) {
    return way;
  }
  const next = views.filter((view) => view.destination === table && !way.includes(view.source));
  return next.map((view) => wayBack(destination, [...way, view.source], views)).find((found) => found !== undefined);
}
