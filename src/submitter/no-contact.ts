/** No answer at all, as against an answer that we do not like. */
export class NoContactError extends Error {}
