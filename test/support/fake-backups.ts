import { readJobArguments } from '../../lib/cluster/jobs';
import type { Job } from '../../lib/cluster/kubernetes-types';
import type { BackupRecord } from '../../lib/operations/backup/backup-record';
import { created, record } from './backup-fixtures';
import type { JobOutcome } from './cluster/hooks';

/** The backups of an environment, and what the Jobs of its backup scripts do with them. */
export class FakeBackups {
  volume: readonly BackupRecord[] = [record];
  bucket: readonly BackupRecord[] = [];
  /** Names of the damaged backups on the volume. */
  damaged: readonly string[] = [];
  /** Backups that were fetched from the bucket and are not checked yet. */
  private fetched: readonly BackupRecord[] = [];

  /** Runs a Job of the scripts: its log, and its effect once it succeeds. */
  run(job: Job): JobOutcome {
    const args = readJobArguments(job);
    const [verb = '', name = ''] = args;
    if (args.at(-1)?.startsWith('/backups') && isReadOnly(job)) return failure('read-only file system');
    switch (verb) {
      case 'create':
        return success(`dumping\n${JSON.stringify(created)}`, () => {
          this.volume = [...this.volume, created];
        });
      case 'list':
        return success(this.volume.map((each) => JSON.stringify(each)).join('\n'));
      case 'check':
        return this.damaged.includes(name) ? failure(`${name} is damaged`) : found(this.volume, name);
      case 'roles':
        return success('{"roles":[]}');
      case 'lsf':
        return success(`NOTICE: no such config\n${this.bucket.map((each) => `${each.name}/database.dump`).join('\n')}`);
      case 'copy':
        return success('', () => {
          this.bucket = [...new Set([...this.bucket, ...this.volume])];
        });
      case 'sync':
        return success('', () => {
          this.fetched = this.bucket.filter((each) => name.endsWith(`/${each.name}`));
        });
      case 'adopt':
        return { ...found(this.fetched, name), effect: () => this.adopt(name) };
      default:
        return failure(`the script has no verb ${verb}`);
    }
  }

  private adopt(name: string): void {
    const others = this.volume.filter((each) => each.name !== name);
    this.volume = [...others, ...this.fetched.filter((each) => each.name === name)];
    this.damaged = this.damaged.filter((each) => each !== name);
  }
}

function found(backups: readonly BackupRecord[], name: string): JobOutcome {
  const backup = backups.find((each) => each.name === name);
  return backup ? success(JSON.stringify(backup)) : failure(`there is no backup ${name}`);
}

function isReadOnly({ spec }: Job): boolean {
  const mounts: readonly { readonly mountPath: string; readonly readOnly?: boolean }[] =
    spec.template.spec.containers[0]?.volumeMounts ?? [];
  return mounts.some(({ mountPath, readOnly }) => mountPath === '/backups' && readOnly === true);
}

function success(log: string, effect?: () => void): JobOutcome {
  return { succeed: true, log, effect };
}

function failure(log: string): JobOutcome {
  return { succeed: false, log };
}
