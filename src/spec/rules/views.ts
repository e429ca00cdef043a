import { plainTablePlace } from '../job-shapes';
import { Rule } from './rule';

/** The materialized views of an environment: which table each is made from, and which it makes. */
export interface ViewTables {
  readonly views: readonly View[];
}

interface View {
  readonly name: string;
  readonly source: string;
  readonly destination: string;
}

export const viewsAreNotMadeFromThemselves: Rule<ViewTables> = {
  id: 'JOB-10',
  title: 'No materialized view is made from itself, be it through others.',
  severity: 'error',
  source: 'ours',
  why: 'Each refresh would change what the next one reads, without an end.',
  check: ({ views }) => {
    const begins = circles(views.map(inPlainWords)).map(({ name }) => name);
    return views.filter(({ name }) => begins.includes(name)).map(({ name, source, destination }) => ({
      at: `job "${name}" source`,
      got: source,
      expected: `a table that is not made from the view's own, ${destination}`,
      fix: 'write the view to another table',
    }));
  },
};

export const viewsHaveATableEach: Rule<ViewTables> = {
  id: 'JOB-14',
  title: 'No two materialized views are one table.',
  severity: 'error',
  source: 'ours',
  why: 'Each refresh of one would throw away what the other made.',
  check: ({ views }) => {
    const places = views.map(({ destination }) => plainTablePlace(destination));
    return views.flatMap(({ name, destination }, i) => {
      const first = places.indexOf(places[i]);
      return first === i ? [] : [{
        at: `job "${name}" destination`,
        got: destination,
        expected: `a table of its own: that is the view "${views[first].name}"`,
        fix: 'write the view to another table',
      }];
    });
  },
};

/** A view whose tables are told apart by their texts. */
function inPlainWords({ name, source, destination }: View): View {
  return { name, source: plainTablePlace(source), destination: plainTablePlace(destination) };
}

/** Every circle once, at the first view that is on it. */
function circles(views: readonly View[]): { name: string; way: readonly string[] }[] {
  const found = views.map(({ name, source, destination }) => ({ name, way: wayBack(destination, [source], views) ?? [] }));
  const tables = found.map(({ way }) => [...way].sort().join('\n'));
  return found.filter(({ way }, i) => way.length > 0 && tables.indexOf(tables[i]) === i);
}

/** The tables from a view's source back to its destination, where one is made from the other; a way that meets itself elsewhere is another view's. */
function wayBack(destination: string, way: readonly string[], views: readonly View[]): readonly string[] | undefined {
  const table = way[way.length - 1];
  if (table === destination) {
    return way;
  }
  const next = views.filter((view) => view.destination === table && !way.includes(view.source));
  return next.map((view) => wayBack(destination, [...way, view.source], views)).find((found) => found !== undefined);
}
