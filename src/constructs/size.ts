import { Size } from 'cdk8s';

/** The bytes of a size, which cdk8s itself doesn't tell. */
export function bytes(size: Size): number {
  return size.toKibibytes() * 1024;
}
