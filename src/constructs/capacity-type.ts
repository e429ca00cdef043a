/** How nodes are bought. */
export enum CapacityType {
  /** At list price, for as long as they are wanted. */
  ON_DEMAND = 'on-demand',
  /** From a reservation. */
  RESERVED = 'reserved',
  /** At a discount, until the cloud wants them back. Refused for heads. */
  SPOT = 'spot',
}
