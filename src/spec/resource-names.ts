/** Name under which Kubernetes counts NVIDIA GPUs; also the key of the taint that their nodes bear. */
export const GPU = 'nvidia.com/gpu';
