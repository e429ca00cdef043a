import { posix } from 'path';

/** What names the columns of a view. */
interface ViewColumns {
  readonly select?: readonly string[];
  readonly columns?: readonly { readonly column?: string; readonly columns?: readonly string[] }[];
}

const UDF = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*$/;

/**
 * Where Lance can keep a table: the schemes that Lance 14 lists when it is given another one, without those of the memory of one process.
 */
const TABLE_SCHEMES = ['file', 'file+uring', 'file-object-store', 's3', 's3+ddb', 'gs', 'az', 'abfss', 'oss', 'cos', 'tos', 'goosefs', 'hf'];

/** How other tools call the same stores. */
const OTHER_SCHEMES: Readonly<Record<string, string>> = { s3a: 's3', s3n: 's3', gcs: 'gs', azure: 'az', abfs: 'abfss', wasb: 'az', wasbs: 'az' };

/** What a table's place has to be, in words. */
export const TABLE_PLACE = 'an absolute path or a URL that Lance has a store for, such as s3://, gs:// or az://';

/** Whether a text names a function: `module:function`. */
export function isUdf(text: string): boolean {
  return UDF.test(text);
}

/** How to write the function that a text names otherwise: `pricing.tax.gross` or `pricing/tax.py:gross`. Of nothing that can be told: an example. */
export function meantUdf(text: string): string {
  const dotted = String(text).replace(/^\.\//, '').replace(/\.py(?=:)/, '').replace(/[/\\]/g, '.');
  const meant = dotted.includes(':') ? dotted : dotted.replace(/\.(?=[^.]*$)/, ':');
  return isUdf(meant) && !/\.py$/.test(text) ? meant : 'features.text:word_count';
}

/** Whether a text is a table's place: an absolute path or a URL. Relative paths are none: the cluster's working directory is not this one. */
export function isTablePlace(text: string): boolean {
  const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//.exec(text) ?? [];
  return /^\//.test(text) || TABLE_SCHEMES.includes(scheme ?? '');
}

/** A table's place in one way of writing it, so that two that are the same can be told: `/a//x.lance/` is `/a/x.lance`. */
export function plainTablePlace(place: string): string {
  const [, scheme = '', path] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/s.exec(place) ?? [];
  return `${scheme.startsWith('file') ? '' : scheme}${posix.normalize(path).replace(/(?<=.)\/$/, '')}`;
}

/** The columns that a view would have twice, of those that it keeps and those that its functions fill. */
export function columnsTwice({ select = [], columns = [] }: ViewColumns): string[] {
  const names = [...select, ...columns.flatMap(({ column, columns: several = [] }) => column === undefined ? several : [column])];
  return [...new Set(names.filter((name, i) => names.indexOf(name) < i))];
}

/** The place that was meant by a text that is none, such as `s3:/bucket/table`. Nothing where it can't be told. */
export function meantTablePlace(text: string): string | undefined {
  const [, scheme = '', path] = /^([A-Za-z][A-Za-z0-9+.-]*):\/*([^/].*)$/.exec(text) ?? [];
  const known = OTHER_SCHEMES[scheme.toLowerCase()] ?? scheme.toLowerCase();
  return TABLE_SCHEMES.includes(known) && !known.startsWith('file') ? `${known}://${path}` : undefined;
}
