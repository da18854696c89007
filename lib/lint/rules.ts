import { UsageError } from '../platform/errors';
import { findNearestName } from '../platform/nearest-name';
import { bindings, unusedTokens } from './access/bindings';
import { grantedResources, roleSecrets, roleWildcards } from './access/roles';
import { danglingKeys, externalObjects, pullSecrets } from './configuration/dangling-keys';
import { readableFiles } from './configuration/embedded-files';
import { serviceLinkCollisions } from './configuration/service-link-collisions';
import { conflictingSettings } from './configuration/settings';
import { uniqueEnv, unsetVariables, variableOrder } from './configuration/variables';
import { apiVersions } from './identity/api-versions';
import { labels } from './identity/labels';
import { clusterScope, explicitNamespaces, names } from './identity/names';
import { uniqueKeys, uniqueObjects } from './identity/unique-objects';
import { logBuffers, logLabels } from './logging/log-collectors';
import { alertReceivers } from './monitoring/alert-receivers';
import { credentialFiles } from './monitoring/credential-files';
import { dataSources } from './monitoring/data-sources';
import { exportedMetrics } from './monitoring/exported-metrics';
import { monitorTargets } from './monitoring/monitor-targets';
import { alertAnnotations, ruleFiles, scrapeJobs } from './monitoring/prometheus-files';
import { relabelLabels } from './monitoring/relabel-labels';
import { ruleSyntax } from './monitoring/rule-syntax';
import { dnsEgress } from './network/dns-egress';
import { missingConnections } from './network/missing-connections';
import { policyPortNames, policyPorts } from './network/policy-ports';
import { defaultDeny, policyPeers, policySelectors, policyTypes } from './network/policy-selectors';
import { unexpectedConnections } from './network/unexpected-connections';
import { customReferences } from './operators/custom-references';
import type { Rule } from './rule';
import { credentials } from './safety/credentials';
import { imageNames, imageTags } from './safety/image-tags';
import { noNull } from './safety/no-null';
import { podSecurity } from './safety/pod-security';
import { autoscalerRequests } from './scaling/autoscaler-requests';
import { autoscalerRanges, autoscalerTargets } from './scaling/autoscaler-targets';
import { connectionBudget, disruptionBudgets } from './scaling/budgets';
import { limitRanges } from './scaling/limit-ranges';
import { objectQuotas } from './scaling/object-quotas';
import { resourceQuotas, rolloutQuotas } from './scaling/resource-quotas';
import { schema } from './schema/schema';
import { ingressCertificates, ingressHosts, listenerCertificates } from './traffic/hosts';
import { ingressBackends, ingressPaths, rewriteCaptures } from './traffic/ingress-paths';
import { peerServices, peerSettings } from './traffic/peer-settings';
import { routeBackends } from './traffic/route-backends';
import { policyConflicts, routeParents } from './traffic/route-parents';
import { webhookServices } from './traffic/service-references';
import { externalNameSelectors, servicePorts, serviceSelectors } from './traffic/services';
import { valueRules } from './values/value-rules';
import { claimVolumes } from './workloads/claim-volumes';
import { handlerPorts, statedPorts } from './workloads/container-ports';
import { databaseClusters } from './workloads/database-clusters';
import { jobDeadlines, stopDelays } from './workloads/deadlines';
import { listeningPorts, portCollisions } from './workloads/listening-ports';
import { ownerChanges } from './workloads/owner-changes';
import { namedResources, serviceAccounts } from './workloads/pod-references';
import { affinityConflicts, schedulingSelectors } from './workloads/scheduling';
import { sharedPods } from './workloads/shared-pods';
import { singleNodeVolumes } from './workloads/single-node-volumes';
import { mountSubPaths, subPathUpdates } from './workloads/sub-paths';
import { mountPaths, volumeMounts, volumeSizes } from './workloads/volume-mounts';
import { headlessServices, selectorVersions, workloadSelectors } from './workloads/workload-selectors';

/** Every rule, in the order in which findings are reported. */
export const rules: readonly Rule[] = [
  ...[uniqueKeys, uniqueObjects, apiVersions, clusterScope, explicitNamespaces, names, labels, schema],
  ...valueRules,
  ...[externalObjects, danglingKeys, pullSecrets, conflictingSettings, readableFiles],
  ...[variableOrder, unsetVariables, serviceLinkCollisions],
  ...[volumeMounts, mountPaths, mountSubPaths, handlerPorts, statedPorts, portCollisions, listeningPorts, uniqueEnv],
  ...[serviceAccounts, namedResources, workloadSelectors, headlessServices, schedulingSelectors],
  databaseClusters,
  ...[selectorVersions, sharedPods, claimVolumes, customReferences],
  ...[singleNodeVolumes, subPathUpdates, volumeSizes, stopDelays, ownerChanges, jobDeadlines, affinityConflicts],
  ...[serviceSelectors, servicePorts, ingressBackends, ingressHosts, ingressCertificates, ingressPaths],
  ...[peerServices, peerSettings],
  ...[routeBackends, routeParents, listenerCertificates, policyConflicts, webhookServices],
  ...[rewriteCaptures, externalNameSelectors],
  ...[autoscalerTargets, autoscalerRanges, autoscalerRequests],
  ...[disruptionBudgets, resourceQuotas, rolloutQuotas, objectQuotas, limitRanges, connectionBudget],
  ...[bindings, grantedResources, roleWildcards, roleSecrets, unusedTokens],
  ...[policySelectors, policyTypes, policyPeers, policyPortNames, policyPorts, dnsEgress, defaultDeny],
  ...[missingConnections, unexpectedConnections],
  ...[
    scrapeJobs,
    monitorTargets,
    relabelLabels,
    ruleFiles,
    credentialFiles,
    ruleSyntax,
    exportedMetrics,
    alertAnnotations,
    alertReceivers,
  ],
  ...[dataSources, logBuffers, logLabels],
  ...[imageNames, imageTags, credentials, podSecurity, noNull],
];

/** Which rules are checked. */
export interface RuleSelection {
  /** Check the rules of class `policy` too. */
  readonly policy: boolean;
  /**
   * Names of the only rules to check, of either class.
   * @default - every rule of the classes that are checked
   */
  readonly rules?: readonly string[];
  /**
   * Names of rules that are not checked.
   * @default - none
   */
  readonly skip?: readonly string[];
}

const rulesByName: ReadonlyMap<string, Rule> = new Map(
  rules.flatMap((rule) => [rule.name, ...(rule.formerNames ?? [])].map((name) => [name, rule])),
);

/**
 * The rules that a selection means, in the order in which they are reported.
 * @throws UsageError that names every rule that does not exist
 */
export function selectRules({ policy, rules: only, skip = [] }: RuleSelection): Rule[] {
  const problems = [...(only ?? []), ...skip].flatMap(describeUnknownRule);
  if (problems.length > 0) throw new UsageError(...problems);
  const [wanted, skipped] = [only?.map(findRule), skip.map(findRule)];
  return rules.filter(
    (rule) => (wanted ? wanted.includes(rule) : policy || rule.class !== 'policy') && !skipped.includes(rule),
  );
}

/** The rule of that name, now or formerly. */
export function findRule(name: string): Rule | undefined {
  return rulesByName.get(name);
}

/** A problem if there is no rule of that name. */
export function describeUnknownRule(name: string): string[] {
  if (rulesByName.has(name)) return [];
  const nearest = findNearestName(name, rulesByName.keys());
  return [
    `there is no rule ${JSON.stringify(name)}; ${nearest ? `did you mean ${nearest}?` : 'docs/lint.md lists them all'}`,
  ];
}
