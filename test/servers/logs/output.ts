/** What a container writes, and the entries that are to reach Loki. */
export interface Output {
  readonly pod: string;
  readonly container: string;
  /** Lines as the program prints them. */
  readonly lines: readonly string[];
  readonly entries: readonly Entry[];
}

/** An entry as Loki gets it. */
export interface Entry {
  readonly level: string;
  /** @default - `line` */
  readonly event?: string;
  /** @default - no trace */
  readonly trace?: string;
  /** How many of the next lines it consists of. @default - one */
  readonly joins?: number;
  /** What replaces which text; everything else is unchanged. @default - nothing is replaced */
  readonly scrubbed?: Readonly<Record<string, string>>;
}

const api = { pod: 'veza-backend-api-7d9f6c5b8-x2xqk', container: 'backend-api' };
const chat = { pod: 'veza-chat-server-6c5b8d9f7-lp2wz', container: 'chat-server' };
const stream = { pod: 'veza-stream-server-5b8d9f7c6-q8r4t', container: 'stream-server' };
const postgres = { pod: 'postgres-0', container: 'postgres' };
const redis = { pod: 'redis-0', container: 'redis' };

const info: Entry = { level: 'info' };
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

/** The Go API: JSON of log/slog, and what the runtime prints itself. */
const goOutput: Output[] = [
  {
    ...api,
    lines: [
      '{"time":"2026-11-29T01:02:03.004Z","level":"INFO","msg":"listening","addr":":8080"}',
      '{"time":"2026-11-29T01:02:03.104Z","level":"INFO","msg":"request","method":"GET","path":"/tracks/42","status":200,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}',
      '{"time":"2026-11-29T01:02:03.204Z","level":"DEBUG","msg":"cache miss","key":"track:42"}',
      '{"time":"2026-11-29T01:02:03.304Z","level":"WARN","msg":"slow query","duration_ms":812,"trace_id":"00f067aa0ba902b7"}',
      '{"time":"2026-11-29T01:02:03.404Z","level":"ERROR","msg":"query failed","error":"pq: deadlock detected (\\"level\\":\\"info\\")"}',
      `{"time":"2026-11-29T01:02:04.004Z","level":"INFO","msg":"authorized","header":"Bearer ${jwt}"}`,
      `{"time":"2026-11-29T01:02:04.014Z","level":"DEBUG","msg":"session","jwt":"${jwt}"}`,
      '{"time":"2026-11-29T01:02:04.104Z","level":"DEBUG","msg":"login","email":"jane.doe+veza@example.com","password":"hunter\\"2, ok"}',
      '{"time":"2026-11-29T01:02:04.204Z","level":"ERROR","msg":"connect","dsn":"postgres://veza_user:s3cr3t%21@postgres-service:5432/veza?sslmode=disable"}',
      '{"time":"2026-11-29T01:02:04.304Z","level":"ERROR","msg":"upload","key":"AKIAIOSFODNN7EXAMPLE","secret_access_key":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}',
      '{"time":"2026-11-29T01:02:04.404Z","level":"WARN","msg":"webhook body {\\"token\\":\\"abc.def\\",\\"ok\\":true}"}',
      '{"time":"2026-11-29T01:02:04.504Z","level":"INFO","msg":"mail sent","to":["a@b.example","ops@veza.app"]}',
      '{"time":"2026-11-29T01:02:04.604Z","level":"FATAL","msg":"cannot bind","addr":":8080"}',
      '{"time":"2026-11-29T01:02:04.704Z","level":"INFO","msg":"password changed","token_type":"access","tokens":3}',
      'panic: runtime error: invalid memory address or nil pointer dereference',
      '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x8b1c2d]',
      '',
      'goroutine 42 [running]:',
      'veza/internal/tracks.(*Service).Get(0x0, {0xc0001b2000, 0x24})',
      '\t/src/internal/tracks/service.go:87 +0x1d',
      'created by net/http.(*Server).Serve',
      '\t/go/pkg/mod/github.com/gin-gonic/gin@v1.9.1/context.go:174 +0x4e5',
      '{"time":"2026-11-29T01:02:05.004Z","level":"INFO","msg":"listening","addr":":8080"}',
      '2026/11/29 01:02:06 http: panic serving 10.1.2.3:51234: assignment to entry in nil map',
      'goroutine 77 [running]:',
      'net/http.(*conn).serve.func1()',
      '\t/usr/local/go/src/net/http/server.go:1947 +0xbe',
      '{"time":"2026-11-29T01:02:07.004Z","level":"INFO","msg":"GET /v1 200"}',
    ],
    entries: [
      info,
      { level: 'info', trace: '4bf92f3577b34da6a3ce929d0e0e4736' },
      { level: 'debug' },
      { level: 'warn', trace: '00f067aa0ba902b7' },
      { level: 'error' },
      { level: 'info', scrubbed: { [jwt]: '[redacted]' } },
      { level: 'debug', scrubbed: { [jwt]: '[redacted]' } },
      { level: 'debug', scrubbed: { 'jane.doe+veza@': '[redacted]@', 'hunter\\"2, ok': '[redacted]' } },
      { level: 'error', scrubbed: { ':s3cr3t%21@': ':[redacted]@' } },
      {
        level: 'error',
        scrubbed: { AKIAIOSFODNN7EXAMPLE: '[redacted]', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY': '[redacted]' },
      },
      { level: 'warn', scrubbed: { 'abc.def': '[redacted]' } },
      { level: 'info', scrubbed: { 'a@b': '[redacted]@b', 'ops@': '[redacted]@' } },
      { level: 'fatal' },
      info,
      { level: 'fatal', event: 'panic', joins: 8 },
      info,
      { level: 'fatal', event: 'panic', joins: 4 },
      info,
    ],
  },
];

/** The Rust servers: JSON of tracing-subscriber, and panics on the standard error. */
const rustOutput: Output[] = [
  {
    ...chat,
    lines: [
      '{"timestamp":"2026-11-29T01:02:03.000123Z","level":"INFO","message":"listening","target":"chat_server"}',
      '{"timestamp":"2026-11-29T01:02:03.100123Z","level":"TRACE","message":"frame","target":"tungstenite"}',
      '{"timestamp":"2026-11-29T01:02:03.200123Z","level":"WARN","message":"slow consumer","user":17,"trace_id":"a1b2"}',
      "thread 'tokio-runtime-worker' panicked at src/room.rs:118:37:",
      'called `Option::unwrap()` on a `None` value',
      'note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace',
      '{"timestamp":"2026-11-29T01:02:03.300123Z","level":"ERROR","message":"task failed","error":"JoinError::Panic(Id(9))"}',
      "thread 'main' (7) panicked at 'no url redis://:t0ps3cret@redis-service:6379', src/main.rs:9:5",
      'stack backtrace:',
      '   0: rust_begin_unwind',
      '             at /rustc/90b35a623/library/std/src/panicking.rs:645:5',
      '   1: core::panicking::panic_fmt',
      '{"timestamp":"2026-11-29T01:02:05.300123Z","level":"INFO","message":"bye"}',
    ],
    entries: [
      info,
      { level: 'trace' },
      { level: 'warn', trace: 'a1b2' },
      { level: 'fatal', event: 'panic', joins: 3 },
      { level: 'error' },
      { level: 'fatal', event: 'panic', joins: 5, scrubbed: { ':t0ps3cret@': ':[redacted]@' } },
      info,
    ],
  },
  {
    ...stream,
    lines: [
      '{"timestamp":"2026-11-29T01:02:03Z","level":"ERROR","message":"s3","code":"AccessDenied","header":"Authorization: Basic dmV6YTpodW50ZXIy"}',
      '2026-11-29T01:02:03.000123Z ERROR stream_server: cannot open track error=timed out',
      'cover icon@2 of 3, host veza@localhost, image@sha256:0af1',
    ],
    entries: [
      { level: 'error', scrubbed: { dmV6YTpodW50ZXIy: '[redacted]' } },
      { level: 'error' },
      { level: 'unknown' },
    ],
  },
];

const postgresOutput: Output[] = [
  {
    ...postgres,
    lines: [
      '2026-11-29 01:02:03.456 UTC [1] LOG:  database system is ready to accept connections',
      '2026-11-29 01:02:04.456 UTC [31] LOG:  checkpoint starting: time',
      '2026-11-29 01:02:05.456 UTC [77] ERROR:  duplicate key value violates unique constraint "users_email_key"',
      '2026-11-29 01:02:05.456 UTC [77] DETAIL:  Key (email)=(jane@example.com) already exists.',
      '2026-11-29 01:02:05.456 UTC [77] STATEMENT:  INSERT INTO users (email)',
      '\tVALUES ($1)',
      '2026-11-29 01:02:06.456 UTC [78] FATAL:  password authentication failed for user "veza_user"',
      '2026-11-29 01:02:06.456 UTC [78] DETAIL:  Connection matched pg_hba.conf line 4: "host all all all scram-sha-256"',
      '2026-11-29 01:02:07.456 UTC [79] FATAL:  no pg_hba.conf entry for host "10.1.2.3", user "root", database "veza"',
      '2026-11-29 01:02:08.456 UTC [80] FATAL:  role "admin" does not exist',
      '2026-11-29 01:02:09.456 UTC [81] FATAL:  sorry, too many clients already',
      '2026-11-29 01:02:10.456 UTC [1] FATAL:  the database system is shutting down',
      '2026-11-29 01:02:11.456 UTC [82] WARNING:  there is already a transaction in progress',
      "2026-11-29 01:02:12.456 UTC [83] LOG:  statement: ALTER ROLE veza_user PASSWORD = 'hunter2'",
    ],
    entries: [
      info,
      info,
      { level: 'error', joins: 4, scrubbed: { 'jane@': '[redacted]@' } },
      { level: 'fatal', event: 'failed-login', joins: 2 },
      { level: 'fatal', event: 'failed-login' },
      { level: 'fatal', event: 'failed-login' },
      { level: 'fatal' },
      { level: 'fatal' },
      { level: 'warn' },
      { level: 'info', scrubbed: { hunter2: '[redacted]' } },
    ],
  },
  {
    pod: 'postgres-0',
    container: 'postgres-exporter',
    lines: [
      'time=2026-11-29T01:02:03.004Z level=INFO source=server.go:74 msg="Established new database connection" fingerprint=localhost:5432',
      'time=2026-11-29T01:02:04.004Z level=ERROR source=collector.go:203 msg="collector failed" err="pq: canceling statement"',
    ],
    entries: [info, { level: 'error' }],
  },
  {
    pod: 'postgres-backup-29406862-9xk2p',
    container: 'backup',
    lines: ['backup of veza_production: 1.2 GiB in 41 s', 'ERROR: no space left on device'],
    entries: [{ level: 'unknown' }, { level: 'error' }],
  },
];

const redisOutput: Output[] = [
  {
    ...redis,
    lines: [
      '1:C 29 Nov 2026 01:02:03.004 * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo',
      '1:M 29 Nov 2026 01:02:03.104 # WARNING Memory overcommit must be enabled!',
      '1:M 29 Nov 2026 01:02:03.204 * Ready to accept connections tcp',
      '1:M 29 Nov 2026 01:02:03.304 - Accepted 10.1.2.3:51234',
      '1:M 29 Nov 2026 01:02:03.404 . 0 clients connected (0 replicas), 1024 bytes in use',
    ],
    entries: [info, { level: 'warn' }, info, { level: 'debug' }, { level: 'debug' }],
  },
];

/** What the monitoring writes: logfmt, klog, and what Fluent Bit itself would, which is read but never collected. */
const otherOutput: Output[] = [
  {
    pod: 'prometheus-0',
    container: 'prometheus',
    lines: [
      'time=2026-11-29T01:02:03.004Z level=INFO source=main.go:1234 msg="Server is ready to receive web requests."',
      'time=2026-11-29T01:02:04.004Z level=WARN source=manager.go:55 component="rule manager" msg="Evaluating rule failed" token=abcdef',
    ],
    entries: [info, { level: 'warn', scrubbed: { abcdef: '[redacted]' } }],
  },
  {
    pod: 'kube-state-metrics-6d5f-abcde',
    container: 'kube-state-metrics',
    lines: [
      'I1129 01:02:03.004123       1 server.go:80] Starting kube-state-metrics',
      'E1129 01:02:04.004123       1 reflector.go:158] "Unhandled Error" err="pods is forbidden"',
      'W1129 01:02:05.004123       1 client_config.go:667] Neither --kubeconfig nor --master was specified',
    ],
    entries: [info, { level: 'error' }, { level: 'warn' }],
  },
  {
    pod: 'fluent-bit-abcde',
    container: 'fluent-bit',
    lines: [
      '[2026/11/29 01:02:03] [ info] [output:loki:loki.0] configured, hostname=loki.veza-production-monitoring.svc:3100',
      '[2026/11/29 01:02:04] [ warn] [engine] failed to flush chunk, retry in 7 seconds: task_id=3, input=tail.0',
      '[2026/11/29 01:02:05] [error] [output:loki:loki.0] could not reach loki.veza-production-monitoring.svc:3100',
    ],
    entries: [info, { level: 'warn' }, { level: 'error' }],
  },
];

/** Output of every kind of program whose lines are collected. */
export const outputs: readonly Output[] = [
  ...goOutput,
  ...rustOutput,
  ...postgresOutput,
  ...redisOutput,
  ...otherOutput,
];

/** A record of CloudNativePG with a line of its server, as its documentation of logging shows it. */
function serverRecord(severity: string, message: string): string {
  const record = {
    log_time: '2026-11-29 01:02:06.456 UTC',
    process_id: '78',
    error_severity: severity,
    message,
    backend_type: 'client backend',
  };
  return JSON.stringify({ level: 'info', ts: '2026-11-29T01:02:06Z', logger: 'postgres', msg: 'record', record });
}

/** What a server of a database cluster prints, and the program around it. */
export const clusterLines = [
  serverRecord('LOG', 'checkpoint starting: time'),
  serverRecord('ERROR', 'duplicate key value violates unique constraint "users_email_key"'),
  serverRecord('FATAL', 'password authentication failed for user "veza_user"'),
  serverRecord('FATAL', 'role "admin" does not exist'),
  serverRecord('FATAL', 'sorry, too many clients already'),
  serverRecord('LOG', "statement: ALTER ROLE veza_user PASSWORD = 'hunter2'"),
  '{"level":"error","ts":"2026-11-29T01:02:07Z","logger":"instance-manager","msg":"Error collecting user query"}',
];
