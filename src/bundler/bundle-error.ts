/** Something about the roots or the store that the user has to mend. */
export class BundleError extends Error {
  /**
   * @param code stable name of the cause, such as `ROOT_REFUSED`
   * @param message what is wrong, where, what was given and what is expected
   * @param fix what to do about it
   */
  constructor(public readonly code: string, message: string, public readonly fix: string) {
    super(message);
    this.name = 'BundleError';
  }
}
