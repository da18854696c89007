import { parseBaseUrl } from '../../../lib/operations/smoke/http-probe';
import { UsageError } from '../../../lib/platform/errors';

test.each([
  ['https://10.0.0.7', { secure: true, host: '10.0.0.7', port: 443 }],
  ['http://ingress.test', { secure: false, host: 'ingress.test', port: 80 }],
  ['https://localhost:8443/', { secure: true, host: 'localhost', port: 8443 }],
  ['http://[::1]:8080', { secure: false, host: '::1', port: 8080 }],
])('%s is parsed to an address', (text, address) => {
  expect(parseBaseUrl(text)).toEqual(address);
});

test.each([
  '',
  'localhost',
  'localhost:8443',
  '//localhost',
  'ftp://localhost',
  'wss://localhost',
  'https://localhost/health',
  'https://localhost/?a=b',
  'https://localhost/#top',
  'https://user:password@localhost',
])('%j is refused', (text) => {
  expect(() => parseBaseUrl(text)).toThrow(
    new UsageError(`${JSON.stringify(text)} is not a base URL; use http(s)://host[:port], without a path`),
  );
});
