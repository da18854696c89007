/** Where the runbooks of every environment are read. */
export const runbookBaseUrl = 'https://github.com/veza/manifests/blob/main/docs/runbooks';
