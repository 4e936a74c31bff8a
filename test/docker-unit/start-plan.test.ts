import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type DockerMachine, planContainers } from '../../docker/containers/start-plan.ts';
import { describeUnits } from '../../docker/containers/units.ts';
import { createMemoryEngine } from './memory-engine.ts';
import { testSite } from './site.ts';

const machine = (over: Partial<DockerMachine> = {}): DockerMachine => ({
  isPortFree: async () => true,
  pickFreePort: async taken => {
    const port = 20_000 + taken.size;
    taken.add(port);
    return port;
  },
  freeDiskBytes: () => 100e9,
  ...over,
});
const images = describeUnits(testSite()).map(unit => unit.create.image);

describe('the plan of a start', () => {
  test('wants no decision when nothing stands in the way', async () => {
    const { lines, decisions } = await planContainers(createMemoryEngine(images), testSite(), machine());
    assert.deepEqual(decisions, []);
    assert.ok(lines.some(line => line === 'Disk: no image is missing; 100.0 GB are free'));
    assert.ok(
      lines.some(line => /^kafka-1: create; image apache\/kafka:4\.3\.1 present, 100 MB$/.test(line)),
    );
  });

  test('names images to be pulled with their sizes, their mirrors, and the room that they need', async () => {
    const { lines, decisions } = await planContainers(
      createMemoryEngine([]),
      testSite(),
      machine({ freeDiskBytes: () => 1e9 }),
    );
    assert.ok(lines.some(line => /trinodb\/trino:476 to be pulled, about 780 MB/.test(line)));
    assert.ok(lines.some(line => line === '  else from mirror.gcr.io/trinodb/trino:476'));
    assert.deepEqual(
      decisions.map(decision => decision.text),
      ["The engine's disk has 1.0 GB free and the images need about 3.5 GB: free some space first."],
    );
  });

  test('says so when the free disk cannot be seen, as with an engine in a virtual machine', async () => {
    const { lines } = await planContainers(
      createMemoryEngine([]),
      testSite(),
      machine({ freeDiskBytes: () => undefined }),
    );
    assert.ok(lines.some(line => line.includes("free on the engine's own disk cannot be seen from here")));
  });

  test('says of an engine on another machine that its ports are not reached from here, and how they are', async () => {
    const planAt = async (host: string, over: Partial<DockerMachine> = {}) => {
      const engine = { ...createMemoryEngine(images), origin: { host, reason: 'DOCKER_HOST' } };
      const { lines, decisions } = await planContainers(engine, testSite(), machine(over));
      return { lines, texts: decisions.map(decision => decision.text) };
    };
    const { texts, lines } = await planAt('tcp://10.1.2.3:2375');
    assert.match(
      texts[0] ?? '',
      /is on another machine.*first open a tunnel: ssh -N -L 29092:127\.0\.0\.1:29092 -L 9000:.* 10\.1\.2\.3$/,
    );
    assert.ok(lines.includes('  port 8083 of that machine is not reached from here'));
    const tunnelled = await planAt('tcp://10.1.2.3:2375', { isPortFree: async () => false });
    assert.deepEqual(tunnelled.texts, []);
    assert.ok(tunnelled.lines.includes('  port 8083 of that machine is reached from here'));
    for (const near of ['unix:///var/run/docker.sock', 'tcp://localhost:2375', 'tcp://[::1]:2375'])
      assert.deepEqual((await planAt(near)).texts, []);
  });

  test('names the container that holds a port and the change that gives another one', async () => {
    const engine = createMemoryEngine([...images, 'other']);
    const id = await engine.createContainer({
      name: 'somebody-else',
      image: 'other',
      env: {},
      labels: {},
      network: 'x',
      aliases: [],
      ports: { 80: 39092 },
      volumes: {},
      memoryBytes: 1,
    });
    await engine.startContainer(id);
    const site = testSite({ profile: 'standard' });
    // A container of ours that runs with another port is no owner of the new one.
    const trino = describeUnits(testSite({ ports: { ...site.settings.ports, trino: 8084 } })).at(-1);
    assert.ok(trino);
    await engine.startContainer(await engine.createContainer(trino.create));
    const { decisions } = await planContainers(
      engine,
      site,
      machine({ isPortFree: async port => port !== 39092 && port !== 8083 }),
    );
    assert.match(
      decisions[0]?.text ?? '',
      /^Port 39092 of kafka-2 is taken by the container somebody-else\..*--ports kafka-2=20000 .*Use Free Ports/,
    );
    assert.deepEqual(
      decisions.map(decision => decision.remedy),
      [{ extraBrokerPorts: [20_000, undefined] }, { ports: { trino: 20_001 } }],
    );
  });
});
