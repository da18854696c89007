import { toCanonicalQuantity } from '../../../lib/constructs/kubernetes/resources';

test.each([
  ['0', '0'],
  ['0Gi', '0'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['0.5', '500m'],
  ['1.5', '1500m'],
  ['0.1', '100m'],
  ['2', '2'],
  ['1000', '1k'],
  ['1024', '1024'],
  ['2000k', '2M'],
  ['1024Mi', '1Gi'],
  ['1.5Gi', '1536Mi'],
  ['1536Mi', '1536Mi'],
  ['2048Gi', '2Ti'],
  ['1024Ti', '1Pi'],
  // Below 1024 bytes the API server leaves the binary family.
  ['0.5Ki', '512'],
  ['0.0005', '1m'],
])('%s is stored as %s', (text, stored) => {
  expect(toCanonicalQuantity(text).value).toBe(stored);
});
