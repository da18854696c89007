import { jobs } from '../../jobs';
import { is, select } from '../../rules/selector';
import type { Row } from '../dashboard';
import { graph } from '../panels';

/** Series of the public hosts, which lie in no namespace. */
const hosts = { job: is(jobs.blackbox) };

/** The public hosts, seen from outside in. */
export const edgeRow: Row = {
  title: 'Public hosts',
  panels: [
    graph({
      title: 'Reachable',
      description: 'Whether a host answers over HTTPS with a valid certificate and a good status.',
      unit: 'bool_yes_no',
      max: 1,
      queries: { '{{host}}': select('probe_success', hosts) },
    }),
    graph({
      title: 'Duration of a probe',
      description: 'Time to look the name up, connect, shake hands and get an answer.',
      unit: 's',
      queries: { '{{host}}': select('probe_duration_seconds', hosts) },
    }),
    graph({
      title: 'Certificates',
      description: 'Time until a certificate expires.',
      unit: 's',
      signed: true,
      queries: { '{{host}}': `${select('probe_ssl_earliest_cert_expiry', hosts)} - time()` },
    }),
  ],
};
