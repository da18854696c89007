import { apiVersionOf, type Kind, pathOf } from './kinds';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** The version of the API: that of the oldest tools under test. */
export const versionInfo = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.3',
  gitCommit: '0',
  gitTreeState: 'clean',
  buildDate: '2025-03-11T00:00:00Z',
  goVersion: 'go1.23',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** The response to a discovery request; undefined for any other path. */
export function discovery(path: string, kinds: readonly Kind[]): object | undefined {
  if (path === '/version') return versionInfo;
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') return groupList(kinds);
  if (path === '/openapi/v3') return openApiIndex(kinds);
  const [, openApi, apiVersion] = /^(\/openapi\/v3)?\/apis?\/((?:[^/]+\/)?v[^/]+)$/.exec(path) ?? [];
  const found = kinds.filter((kind) => apiVersionOf(kind) === apiVersion);
  if (apiVersion === undefined || found.length === 0) return undefined;
  return openApi ? openApiOf(found) : resourceList(apiVersion, found);
}

function groupList(kinds: readonly Kind[]): object {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '');
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groups.map((name) => {
      const own = kinds.filter(({ group }) => group === name).map(({ version }) => version);
      const versions = [...new Set(own)].map((version) => ({ groupVersion: `${name}/${version}`, version }));
      return { name, versions, preferredVersion: versions[0] };
    }),
  };
}

function resourceList(groupVersion: string, kinds: readonly Kind[]): object {
  const resources = kinds.flatMap(({ plural, kind, namespaced, shortNames, subresources }) => [
    { name: plural, singularName: kind.toLowerCase(), namespaced, kind, verbs, shortNames },
    ...subresources.map((sub) => ({
      name: `${plural}/${sub}`,
      singularName: '',
      namespaced,
      kind: sub === 'scale' ? 'Scale' : kind,
      ...(sub === 'scale' ? { group: 'autoscaling', version: 'v1' } : {}),
      verbs: ['get', 'patch', 'update'],
    })),
  ]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function openApiIndex(kinds: readonly Kind[]): object {
  const paths = kinds.map(pathOf).map((path) => [path.slice(1), { serverRelativeURL: `/openapi/v3${path}` }]);
  return { paths: Object.fromEntries(paths) };
}

/** Reviews are made and never changed: in their group kubectl finds no field validation. */
function isPatched({ group }: Kind): boolean {
  return group !== 'authorization.k8s.io';
}

/** No schemas: just that the server itself validates fields and can run dry, which is what kubectl looks for. */
function openApiOf(kinds: readonly Kind[]): object {
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => {
    return { name, in: 'query', schema: { type: 'string', uniqueItems: true } };
  });
  const paths = kinds.filter(isPatched).map((kind) => {
    const { group, version, namespaced, plural } = kind;
    const gvk = { group, version, kind: kind.kind };
    const operation = { parameters, 'x-kubernetes-group-version-kind': gvk, responses: {} };
    const place = namespaced ? '/namespaces/{namespace}' : '';
    return [`${pathOf(kind)}${place}/${plural}/{name}`, { patch: { ...operation, 'x-kubernetes-action': 'patch' } }];
  });
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: versionInfo.gitVersion },
    paths: Object.fromEntries(paths),
    components: { schemas: {} },
  };
}
