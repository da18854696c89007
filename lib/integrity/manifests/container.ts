import type { Cursor } from './cursor';

/** A port that a container states. */
export interface ContainerPort {
  readonly at: Cursor;
  readonly name: string | undefined;
  readonly number: number;
  readonly protocol: string;
}

/** One container of a pod template. */
export class Container {
  readonly name: string;
  readonly ports: readonly ContainerPort[];

  constructor(readonly at: Cursor) {
    this.name = at.text('name') ?? '';
    this.ports = at.items('ports').flatMap(portAt);
  }

  /** An init container that goes on running beside the others. */
  get isSidecar(): boolean {
    return this.at.text('restartPolicy') === 'Always';
  }

  /** The entries of `env`, named in paths by their variable. */
  get env(): Cursor[] {
    return this.at.items('env', 'name');
  }
}

function portAt(at: Cursor): ContainerPort[] {
  const number = at.number('containerPort');
  if (number === undefined) return [];
  return [{ at, name: at.text('name'), number, protocol: at.text('protocol') ?? 'TCP' }];
}
