/** The disk that holds images, logs and what Ray spills. */
export interface DiskSpec {
  readonly gibibytes: number;
  /** MiB a second. Absent: 125, what EC2 gives. */
  readonly throughput?: number;
  /** Absent: the key of the account for EBS. */
  readonly kmsKey?: string;
}

/** A disk and the device that it is. All are gp3, encrypted, and go with their node. */
export interface NodeDisk extends DiskSpec {
  readonly deviceName: string;
  readonly iops?: number;
}

/** Families of images that Ray runs on, by the device that holds what containers need. */
const DATA_DEVICE: Record<string, string> = { al2: '/dev/xvda', al2023: '/dev/xvda', bottlerocket: '/dev/xvdb' };

/** The families of images that Ray runs on. */
export const LINUX_FAMILIES: readonly string[] = Object.keys(DATA_DEVICE);

/** EC2 gives gp3 this many operations a second at no cost, and at most a quarter MiB a second for each. */
const LEAST_IOPS = 3000;
const IOPS_FOR_A_MEBIBYTE = 4;

/** All disks of a node: neither Karpenter nor EKS adds one once one is named. */
export function nodeDisks(family: string, disk: DiskSpec): NodeDisk[] {
  const data = nodeDisk(DATA_DEVICE[family], disk);
  return family === 'bottlerocket' ? [nodeDisk('/dev/xvda', { gibibytes: 4, kmsKey: disk.kmsKey }), data] : [data];
}

function nodeDisk(deviceName: string, disk: DiskSpec): NodeDisk {
  const { throughput } = disk;
  return { ...disk, deviceName, iops: throughput === undefined ? undefined : Math.max(LEAST_IOPS, throughput * IOPS_FOR_A_MEBIBYTE) };
}
