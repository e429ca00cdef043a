import { BundlePlan } from './plan';
import { BundleStore, singleKey } from './store';
import { parseAddress } from './stores/address';

/** The zips of a plan in the order of Python's path, as `runtime_env.py_modules` names them. */
export function rayUris(plan: BundlePlan, store: BundleStore): string[] {
  return [...new Set(plan.roots.map(({ digest }) => rayUri(store.url, singleKey(digest))))];
}

/**
 * An object as Ray's `runtime_env` names it. Source: `runtime_env/protocol.py` of Ray 2.60, which fetches file, s3, gs, abfss, azure and http(s).
 *
 * Of the two for Azure, abfss names the account; azure takes it from the environment of the node.
 */
export function rayUri(storeUrl: string, key: string): string {
  if (!storeUrl.startsWith('az://')) { return storeUrl + key; }
  const { containers: [account, container], prefix } = parseAddress(storeUrl, 'az://ACCOUNT/CONTAINER/PREFIX/');
  return `abfss://${container}@${account}.dfs.core.windows.net/${prefix}${key}`;
}
