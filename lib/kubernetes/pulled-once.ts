/**
 * How nodes get a public image with a fixed tag: once. A store that is restarted at night must not need a registry that is
 * down, or that refuses after too many pulls. Our own images are private, and there each pull checks the credentials.
 */
export const pulledOnce = { imagePullPolicy: 'IfNotPresent' } as const;
