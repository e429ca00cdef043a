import { isList, isMap } from './maps-and-lists';
import { Violation } from './rule';

/** What has to be at a place of a manifest. What it is not written for may be anything. */
export type Shape = MapShape | ListShape;

/** A map, and what is wanted in some of its fields. */
export interface MapShape {
  readonly kind: 'map';
  readonly fields?: Readonly<Record<string, Shape>>;
  /** Fields without which there is nothing to read. */
  readonly needed?: readonly string[];
}

/** A list of things of one shape, which messages tell apart by one of their fields, or by their place. */
export interface ListShape {
  readonly kind: 'list';
  readonly items: Shape;
  readonly nameOf?: string;
}

export const MAP: MapShape = { kind: 'map' };
export const MAPS: ListShape = { kind: 'list', items: MAP };

/** The places of a spec at which something else stands than a shape says. */
export function misshapenIn(spec: unknown, shape: MapShape): Violation[] {
  return isMap(spec) ? misshapenFields('', spec, shape) : [misshapen('spec', spec, 'map')];
}

function misshapenFields(path: string, map: object, { fields = {}, needed = [] }: MapShape): Violation[] {
  const values = map as Readonly<Record<string, unknown>>;
  return Object.entries(fields).flatMap(([name, shape]) => {
    const isWanted = !isAbsent(values[name]) || needed.includes(name);
    return isWanted ? misshapenAt(`${path}${name}`, values[name], shape) : [];
  });
}

/** Null is nothing to the API server. Source: Kubernetes documentation, custom resources: null fields that are not nullable are pruned. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function misshapenAt(at: string, value: unknown, shape: Shape): Violation[] {
  if (shape.kind === 'map') {
    return isMap(value) ? misshapenFields(`${at}.`, value, shape) : [misshapen(at, value, 'map')];
  }
  const { items, nameOf } = shape;
  return isList(value) ? value.flatMap((item, i) => misshapenAt(`${at}[${nameIn(item, nameOf) ?? i}]`, item, items)) : [misshapen(at, value, 'list')];
}

function nameIn(item: unknown, field: string | undefined): unknown {
  return field !== undefined && isMap(item) ? (item as Readonly<Record<string, unknown>>)[field] : undefined;
}

function misshapen(at: string, got: unknown, kind: Shape['kind']): Violation {
  return { at, got, expected: `a ${kind}`, fix: kind === 'list' ? 'write it as a list, [...]; in YAML with a dash before each item' : 'write it as a map, { name: value }' };
}
