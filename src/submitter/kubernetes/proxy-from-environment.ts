import { BlockList, isIP } from 'net';

/**
 * The proxy by which a server is reached where the kubeconfig names none, as kubectl finds it: `HTTPS_PROXY`, unless `NO_PROXY` names the server by
 * its host, a domain above it, its address or a network.
 */
export function proxyFromEnvironment(server: string, environment: NodeJS.ProcessEnv): string | undefined {
  const proxy = environment.HTTPS_PROXY || environment.https_proxy || undefined;
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const direct = host === 'localhost' || (isIP(host) !== 0 && isInNetwork(host, LOOPBACK)); // whatever NO_PROXY says
  const exempt = (environment.NO_PROXY || environment.no_proxy || '').split(',').map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== '');
  return proxy === undefined || direct || exempt.some((entry) => isExempt(host, entry)) ? undefined : proxy;
}

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

function isExempt(host: string, entry: string): boolean {
  if (entry === '*') { return true; }
  if (entry.includes('/')) { return isIP(host) !== 0 && isInNetwork(host, [entry]); }
  const name = entry.replace(/^\*?\./, '');
  return host === name || host.endsWith(`.${name}`);
}

function isInNetwork(address: string, networks: readonly string[]): boolean {
  const list = new BlockList();
  networks.forEach((network) => {
    const [prefix, length] = network.split('/');
    const [family, bits] = [isIP(prefix), Number(length)];
    if (family !== 0 && Number.isInteger(bits) && bits >= 0 && bits <= (family === 4 ? 32 : 128)) { list.addSubnet(prefix, bits, family === 4 ? 'ipv4' : 'ipv6'); }
  });
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
