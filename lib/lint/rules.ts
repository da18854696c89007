import { bindings } from './access/bindings';
import { roleSecrets, roleWildcards } from './access/roles';
import { unusedTokens } from './access/unused-tokens';
import { conflictingSettings } from './configuration/conflicting-settings';
import { danglingKeys } from './configuration/dangling-keys';
import { readableFiles } from './configuration/embedded-files';
import { externalObjects } from './configuration/external-objects';
import { pullSecrets } from './configuration/pull-secrets';
import { serviceLinkCollisions } from './configuration/service-link-collisions';
import { uniqueEnv, unsetVariables, variableOrder } from './configuration/variables';
import { apiVersions } from './identity/api-versions';
import { labels } from './identity/labels';
import { names } from './identity/names';
import { clusterScope, explicitNamespaces } from './identity/namespaces';
import { uniqueKeys, uniqueObjects } from './identity/unique-objects';
import { logBuffers } from './logging/log-buffers';
import { logLabels } from './logging/log-labels';
import { alertAnnotations } from './monitoring/alert-annotations';
import { credentialFiles } from './monitoring/credential-files';
import { dataSources } from './monitoring/data-sources';
import { exportedMetrics } from './monitoring/exported-metrics';
import { monitorTargets } from './monitoring/monitor-targets';
import { relabelLabels } from './monitoring/relabel-labels';
import { ruleFiles } from './monitoring/rule-files';
import { scrapeJobs } from './monitoring/scrape-jobs';
import { defaultDeny } from './network/default-deny';
import { dnsEgress } from './network/dns-egress';
import { missingConnections } from './network/missing-connections';
import { policyPorts } from './network/policy-ports';
import { policyPeers, policySelectors } from './network/policy-selectors';
import { unexpectedConnections } from './network/unexpected-connections';
import { customReferences } from './operators/custom-references';
import type { Rule } from './rule';
import { credentials } from './safety/credentials';
import { imageTags } from './safety/image-tags';
import { noNull } from './safety/no-null';
import { autoscalerRequests } from './scaling/autoscaler-requests';
import { autoscalerRanges, autoscalerTargets } from './scaling/autoscaler-targets';
import { connectionBudget } from './scaling/connection-budget';
import { disruptionBudgets } from './scaling/disruption-budgets';
import { limitRanges } from './scaling/limit-ranges';
import { objectQuotas } from './scaling/object-quotas';
import { resourceQuotas, rolloutQuotas } from './scaling/resource-quotas';
import { schema } from './schema/schema';
import { ingressBackends } from './traffic/ingress-backends';
import { ingressCertificates, ingressHosts } from './traffic/ingress-hosts';
import { ingressPaths, rewriteCaptures } from './traffic/ingress-paths';
import { listenerCertificates } from './traffic/listener-certificates';
import { peerSettings } from './traffic/peer-settings';
import { policyConflicts } from './traffic/policy-conflicts';
import { routeBackends } from './traffic/route-backends';
import { routeParents } from './traffic/route-parents';
import { servicePorts } from './traffic/service-ports';
import { externalNameSelectors, serviceSelectors } from './traffic/service-selectors';
import { webhookServices } from './traffic/webhook-services';
import { valueRules } from './values/value-rules';
import { affinityConflicts } from './workloads/affinity-conflicts';
import { claimVolumes } from './workloads/claim-volumes';
import { databaseClusters } from './workloads/database-clusters';
import { handlerPorts } from './workloads/handler-ports';
import { headlessServices } from './workloads/headless-services';
import { jobDeadlines } from './workloads/job-deadlines';
import { listeningPorts } from './workloads/listening-ports';
import { ownerChanges } from './workloads/owner-changes';
import { namedResources, serviceAccounts } from './workloads/pod-references';
import { portCollisions } from './workloads/port-collisions';
import { schedulingSelectors } from './workloads/scheduling-selectors';
import { selectorVersions } from './workloads/selector-versions';
import { sharedPods } from './workloads/shared-pods';
import { singleNodeVolumes } from './workloads/single-node-volumes';
import { statedPorts } from './workloads/stated-ports';
import { stopDelays } from './workloads/stop-delays';
import { mountSubPaths, subPathUpdates } from './workloads/sub-paths';
import { mountPaths, volumeMounts } from './workloads/volume-mounts';
import { volumeSizes } from './workloads/volume-sizes';
import { workloadSelectors } from './workloads/workload-selectors';

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
  ...[serviceSelectors, servicePorts, ingressBackends, ingressHosts, ingressCertificates, ingressPaths, peerSettings],
  ...[routeBackends, routeParents, listenerCertificates, policyConflicts, webhookServices],
  ...[rewriteCaptures, externalNameSelectors],
  ...[autoscalerTargets, autoscalerRanges, autoscalerRequests],
  ...[disruptionBudgets, resourceQuotas, rolloutQuotas, objectQuotas, limitRanges, connectionBudget],
  ...[bindings, roleWildcards, roleSecrets, unusedTokens],
  ...[policySelectors, policyPeers, policyPorts, dnsEgress, defaultDeny, missingConnections, unexpectedConnections],
  ...[scrapeJobs, monitorTargets, relabelLabels, ruleFiles, credentialFiles, exportedMetrics, alertAnnotations],
  ...[dataSources, logBuffers, logLabels],
  ...[imageTags, credentials, noNull],
];
