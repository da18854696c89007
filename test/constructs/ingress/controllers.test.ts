import { controllers } from '../../../lib/constructs/ingress/service-ingress';
import { chatServer } from '../../../lib/veza/services/chat-server';
import { streamServer } from '../../../lib/veza/services/stream-server';

const prefix = 'nginx.ingress.kubernetes.io';

test('a stream is not buffered, and may be silent for an hour', () => {
  expect(controllers['ingress-nginx'](streamServer.exposure)).toStrictEqual({
    [`${prefix}/ssl-redirect`]: 'true',
    [`${prefix}/proxy-body-size`]: '1m',
    [`${prefix}/proxy-read-timeout`]: '3600',
    [`${prefix}/proxy-send-timeout`]: '3600',
    [`${prefix}/proxy-connect-timeout`]: '5',
    [`${prefix}/proxy-buffering`]: 'off',
  });
});

test.each([
  ['1', '1m'],
  ['1Mi', '1m'],
  ['1025Ki', '2m'],
  ['100Mi', '100m'],
  ['2Gi', '2048m'],
])('a body size of %s becomes %s', (maxBodySize, size) => {
  const annotations = controllers['ingress-nginx']({ ...chatServer.exposure, maxBodySize });
  expect(annotations[`${prefix}/proxy-body-size`]).toBe(size);
});

test('other controllers get no annotations', () => {
  expect(controllers.plain()).toStrictEqual({});
});
