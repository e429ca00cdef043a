/** Does nothing, without a shell, as a user of no rights. It is the image that kubelets use for pod sandboxes, so most nodes have it already. */
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10';
