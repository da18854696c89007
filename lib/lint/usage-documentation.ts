/** Every field of a configuration file. */
export const configurationExample = `
policy: true                 # check the rules of class policy too
strict: false                # exit with 2 if any document cannot be checked
rules: []                    # check only these rules; leave the field out to check all
skip: [image-tags]           # leave these rules out
assume: [Secret/shop/db-password/password]   # objects outside the set
kubernetes: "1.30"           # version of the cluster; leave the field out for any version
format: text                 # text, json, sarif or github
exceptions:
  - rule: named-resources
    object: shop StatefulSet/db
    reason: the claim is restored from a snapshot before
`.trim();

/** A hook of pre-commit in a repository that has the package installed. */
export const preCommitConfiguration = `
repos:
  - repo: local
    hooks:
      - id: veza-lint
        name: veza lint
        entry: npx veza lint k8s/
        language: system
        files: ^k8s/.*\\.(ya?ml|json)$
        pass_filenames: false   # all files together are one set
`.trim();

/** A composite action, `.github/actions/lint/action.yaml`. */
export const githubAction = `
name: Lint manifests
description: Shows the findings of veza lint at their lines.
inputs:
  paths: { description: Files and folders of manifests, default: k8s/ }
runs:
  using: composite
  steps:
    - run: npx veza lint $PATHS --format github
      shell: bash
      env: { PATHS: "\${{ inputs.paths }}" }
`.trim();

/** Documents how the linter is called, configured and built into pipelines. */
export function writeUsage(): string[] {
  return [
    '## Use',
    '',
    '```sh',
    'npx veza lint k8s/',
    'npx veza lint k8s/ --policy --rules dangling-keys,service-ports',
    'npx veza lint --explain dangling-keys',
    '```',
    '',
    'A path `-` reads the standard input: `kubectl kustomize overlays/production | npx veza lint -`, or',
    '`helm template shop ./chart | npx veza lint -`. Of the input of kustomize (files next to a `kustomization.yaml`, or one folder below it)',
    'nothing that is missing is a finding, since kustomize may add it: check what it writes too.',
    '',
    'Each finding has `file:line` of the field, the object, what is wrong, the rule in brackets, and a remedy. `--format json` is for',
    'programs (fields are added, but never renamed), `--format sarif` for code scanning (SARIF 2.1.0), `--format github` shows findings in a',
    'pull request. `broken` is an error there, `policy` a warning, `note` a notice.',
    '',
    'Exit status: 0 nothing but notes, 1 findings, 2 wrong arguments or configuration, or nothing to check. Documents that cannot be read, or are no',
    'Kubernetes objects, are listed on stderr; `--strict` makes them exit with 2.',
    '',
    '### Configuration',
    '',
    '`.veza-lint.yaml` in the working directory or the nearest folder above it, or the file that `--config` names. Every field is optional,',
    'arguments come before it, and `--assume` adds to it. A rule that is named in `rules` is checked whatever its class.',
    '',
    '```yaml',
    configurationExample,
    '```',
    '',
    '### pre-commit',
    '',
    '`.pre-commit-config.yaml`:',
    '',
    '```yaml',
    preCommitConfiguration,
    '```',
    '',
    '### GitHub Action',
    '',
    '`.github/actions/lint/action.yaml`, which a workflow calls with `uses: ./.github/actions/lint` after `npm ci`:',
    '',
    '```yaml',
    githubAction,
    '```',
    '',
    '## Rules',
    '',
  ];
}
