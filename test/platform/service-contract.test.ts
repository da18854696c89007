import { findExposedPort, getPortNumber } from '../../lib/platform/service-contract';
import { veza } from '../../lib/veza/veza';
import { catalog } from '../support/shop';

const exposure = {
  subdomain: 'shop',
  servicePort: 'http',
  maxBodySize: '1Mi',
  idleTimeout: 60,
  connectTimeout: 5,
  buffering: true,
  limits: 'none' as const,
  smoke: [],
};

test('a port is found by its name', () => {
  expect(getPortNumber(catalog, 'metrics')).toBe(3001);
  expect(() => getPortNumber(catalog, 'grpc')).toThrow('catalog has no port grpc; it has http, metrics');
});

test("the exposed port is the Service's, with the container's behind it", () => {
  expect(findExposedPort(catalog, exposure)).toStrictEqual({ port: 80, targetPort: 3000 });
  expect(() => findExposedPort(catalog, { ...exposure, servicePort: 'web' })).toThrow(
    'catalog has no service port web',
  );
});

const core = [
  ...['ENV', 'LOG_LEVEL', 'DB_HOST', 'DB_PORT', 'DB_NAME', 'DB_USER', 'DB_SSL_MODE'],
  ...['REDIS_HOST', 'REDIS_PORT', 'REDIS_DB', 'PROMETHEUS_ENABLED'],
];
const jwt = ['JWT_ACCESS_TOKEN_TTL', 'JWT_REFRESH_TOKEN_TTL'];
const oauth = ['GOOGLE', 'GITHUB', 'DISCORD'];
const smtp = ['SMTP_HOST', 'SMTP_PORT', 'SMTP_USERNAME'];
const storage = ['STORAGE_TYPE', 'AWS_REGION', 'S3_BUCKET'];
const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];

test.each([
  [
    'backend-api',
    [...core, ...jwt, ...oauth.map((name) => `${name}_CLIENT_ID`), ...smtp, ...storage],
    ['DB_PASSWORD', 'JWT_SECRET_KEY', ...oauth.map((name) => `${name}_CLIENT_SECRET`), 'SMTP_PASSWORD', ...keys],
  ],
  ['chat-server', core, ['DB_PASSWORD', 'JWT_SECRET_KEY']],
  ['stream-server', [...core, ...storage], ['DB_PASSWORD', 'JWT_SECRET_KEY', ...keys]],
])('%s reads what it needs and nothing else', (name, settings, secrets) => {
  const contract = veza.services.find((service) => service.name === name);
  expect(contract?.settings).toStrictEqual(settings);
  expect(contract?.secrets).toStrictEqual(secrets);
});

test('every setting and every secret of the platform is read by a service', () => {
  const read: readonly string[] = veza.services.flatMap((service) => [...service.settings, ...service.secrets]);
  const inTheFileAlone = ['API_PORT', 'GRPC_PORT', 'METRICS_PORT'];
  expect([...Object.keys(veza.settings), ...veza.secrets].filter((name) => !read.includes(name))).toStrictEqual(
    inTheFileAlone,
  );
});
