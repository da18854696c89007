import type { LoginRole } from '../../../lib/platform/database-roles';
import { makeClaim, removeClaim } from './claims';
import type { Pod } from './pod';
import { postgresPod, startPod } from './postgres';
import { previousPod } from './previous-release';
import { requireTools } from './tools';

/** A volume of PostgreSQL for one test, with pods that use it one after the other. */
export interface VolumeOfTest {
  /** A pod that is not started. */
  create(roles?: readonly LoginRole[]): Promise<Pod>;
  /** A pod that is ready. */
  start(roles?: readonly LoginRole[]): Promise<Pod>;
  /** A pod of the release before services had roles, which is ready. */
  startPrevious(): Promise<Pod>;
}

/** Gives each test of a suite an empty volume, and removes it with its pods afterwards. */
export function useVolume(password: string, defaultRoles: readonly LoginRole[]): VolumeOfTest {
  let claim: string;
  let pods: Pod[];
  const keep = (pod: Pod): Pod => {
    pods.push(pod);
    return pod;
  };
  const create = async (roles: readonly LoginRole[] = defaultRoles) => keep(await postgresPod(claim, password, roles));

  beforeAll(requireTools);
  beforeEach(() => {
    claim = makeClaim();
    pods = [];
  });
  afterEach(async () => {
    await Promise.all(pods.map((pod) => pod.remove()));
    removeClaim(claim);
  });

  return {
    create,
    start: async (roles) => startPod(await create(roles)),
    startPrevious: async () => startPod(keep(await previousPod(claim, password))),
  };
}
