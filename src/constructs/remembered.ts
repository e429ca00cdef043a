/**
 * Computes again only when one of the values that it is computed from is another.
 *
 * cdk8s validates a construct once for each chart of its app, and its objects are asked for by their checks, by what points to them and by
 * their chart. So what is dear in that is remembered by the state that it hangs on.
 *
 * @param state the values, by identity
 * @param compute pure, given that state
 */
export function remembered<Value>(state: () => readonly unknown[], compute: () => Value): () => Value {
  let last: { readonly state: readonly unknown[]; readonly value: Value } | undefined;
  return () => {
    const now = state();
    if (last === undefined || now.some((value, i) => value !== last?.state[i])) {
      last = { state: now, value: compute() };
    }
    return last.value;
  };
}
