import { listMonitoringConnections } from '../../../lib/constructs/monitoring/connections';
import { ipBlocks, namespacePods, tcp } from '../../../lib/constructs/network/well-known-peers';

const connections = listMonitoringConnections({
  targets: [{ peer: namespacePods('shop', 'market', { app: 'shop' }), ports: [tcp(3001)] }],
  kubernetesApi: { peer: ipBlocks('Kubernetes API', ['10.0.0.1/32']), ports: [tcp(6443)] },
  gossip: true,
  receiverPorts: [443, 587],
  remoteWrites: [{ peer: namespacePods('mimir', 'metrics', { app: 'gateway' }), ports: [tcp(8080)] }],
  publicEndpoints: [{ peer: namespacePods('ingress controller', 'gateway'), ports: [tcp(443)] }],
});

test('the connections, DNS left out', () => {
  const lines = connections
    .filter(({ to }) => !to.name.includes('DNS'))
    .map(
      ({ from, to, ports }) => `${from.name} -> ${to.name} ${ports.map(({ port, protocol }) => `${port}/${protocol}`)}`,
    );
  expect(lines).toEqual([
    'prometheus -> shop 3001/TCP',
    'prometheus -> prometheus 9090/TCP',
    'prometheus -> alertmanager 9093/TCP',
    'prometheus -> grafana 3000/TCP',
    'prometheus -> kube-state-metrics 8080/TCP',
    'prometheus -> blackbox-exporter 9115/TCP',
    'grafana -> prometheus 9090/TCP',
    'prometheus -> Kubernetes API 6443/TCP',
    'kube-state-metrics -> Kubernetes API 6443/TCP',
    'alertmanager -> alertmanager 9094/TCP,9094/UDP',
    'prometheus -> mimir 8080/TCP',
    'alertmanager -> internet 443/TCP',
    'alertmanager -> internet 587/TCP',
    'blackbox-exporter -> internet 443/TCP',
    'blackbox-exporter -> ingress controller 443/TCP',
  ]);
});

test('everybody asks the DNS', () => {
  const askers = connections.filter(({ to }) => to.name === 'cluster DNS').map(({ from }) => from.name);
  expect(askers).toEqual(['prometheus', 'alertmanager', 'grafana', 'kube-state-metrics', 'blackbox-exporter']);
});
