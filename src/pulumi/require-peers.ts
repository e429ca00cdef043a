/**
 * Imported before anything that needs Pulumi: its packages are optional, so who hasn't got them should read how to get them.
 */

const PEERS = ['@pulumi/pulumi', '@pulumi/kubernetes', '@pulumi/aws'];

/** The packages of a list that can't be found. */
function missing(packages: string[]): string[] {
  return packages.filter((name) => {
    try {
      require.resolve(name);
      return false;
    } catch {
      return true;
    }
  });
}

const absent = missing(PEERS);
if (absent.length > 0) {
  throw new Error(`geneva-constructs/pulumi needs ${PEERS.slice(0, -1).join(', ')} and ${PEERS[PEERS.length - 1]}: npm install ${absent.join(' ')}`);
}
