import { looksLikeCredential } from '../../lib/lint/safety/credentials';

test.each([
  ['DB_PASSWORD', 'hunter2'],
  ['JWT_SECRET_KEY', 'your-jwt-secret-key'],
  ['clientSecret', 'hunter2'],
  ['stripe.api-key', 'hunter2'],
  ['AUTH_TOKEN', 'changeme'],
  ['AWS_KEY', 'AKIAABCDEFGHIJKLMNOP'],
  ['DATABASE_URL', 'postgres://shop:hunter2@database/shop'],
  ['CACHE', 'redis://:hunter2@cache:6379'],
  ['cert', '-----BEGIN RSA PRIVATE KEY-----'],
])('%s: %s is a credential', (name, value) => {
  expect(looksLikeCredential(name, value)).toBe(true);
});

test.each([
  ['DB_PASSWORD', ''],
  ['DB_PASSWORD', '$(DB_PASSWORD)'],
  ['DB_PASSWORD_FILE', '/run/secrets/password'],
  ['bearer_token', '/run/secrets/token'],
  ['ENABLE_TOKEN', 'true'],
  ['MAX_TOKEN', '4096'],
  ['JWT_ACCESS_TOKEN_TTL', '3600s'],
  ['GOOGLE_CLIENT_ID', '1234.apps.googleusercontent.com'],
  ['SMTP_USERNAME', 'shop@example.com'],
  ['existingSecret', 'database'],
  ['admin_password', '$__file{/etc/grafana/password}'],
  ['ca.pem', '-----BEGIN CERTIFICATE-----'],
  ['image', 'docker://registry.example.com/shop:1.0@sha256:9f86d081'],
  ['DATABASE_URL', 'postgres://$(USER):$(PASSWORD)@database/shop'],
  ['ENDPOINT', 'https://accounts.example.com:8443/oauth'],
  ['password_encryption', 'scram-sha-256'],
])('%s: %s is none', (name, value) => {
  expect(looksLikeCredential(name, value)).toBe(false);
});
