import { staging } from '../../../lib/veza/environments/staging';
import { Bed } from './bed';

jest.setTimeout(240_000);
let bed: Bed;
beforeEach(async () => {
  bed = await Bed.make(staging);
});
afterEach(() => bed.stop());

/** Lets a number of callers on as soon as all of them are there. */
function barrier(size: number): () => Promise<void> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === size) open();
    return opened;
  };
}

test('two deploys that were planned at once both arrive, and neither takes the other back', async () => {
  const planned = barrier(2);
  expect(await bed.deploy('v1.0.0')).toStrictEqual({ done: 'v1.0.0 is deployed to staging' });
  const endings = await Promise.all([
    bed.deploy('v1.1.0', { services: ['chat-server'] }, planned),
    bed.deploy('v1.2.0', { services: ['backend-api'] }, planned),
  ]);
  expect(endings.map(({ failed }) => failed)).toStrictEqual([undefined, undefined]);
  expect(bed.running).toStrictEqual(['backend-api:v1.2.0', 'chat-server:v1.1.0', 'stream-server:v1.0.0']);
  expect(bed.told).toContainEqual(
    expect.stringMatching(/^revision 2 \(.+\) was deployed since this was planned; planning again$/),
  );
});
