/** Key under which KubeRay keeps a cluster's token. The Secret bears the name of the cluster and is made by the operator (1.5.1 or later). */
export const TOKEN_SECRET_KEY = 'auth_token';
