/** The account that Geneva's own builders expect. */
export const DEFAULT_SERVICE_ACCOUNT = 'geneva-service-account';
