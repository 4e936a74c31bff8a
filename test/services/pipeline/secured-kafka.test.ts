import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { LakehouseEndpoints } from '../../../catalog/endpoints.ts';
import { command as etl } from '../../../bin/commands/etl.ts';
import { PipelineHalt } from '../../../pipeline/errors.ts';
import { connectKafka } from '../../../pipeline/kafka/client.ts';
import { kafkaSecurityFrom } from '../../../pipeline/kafka/security.ts';
import { ensureTopic, openTopicProducer } from '../../../pipeline/kafka/topic-producer.ts';
import { testEndpoints } from '../../support/lakehouse.ts';
import { openPlayground } from '../../support/pipeline-playground.ts';
import { type CommandOutcome, runCommand } from '../../support/run-command.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { type SecuredKafka, startSecuredKafka } from '../../support/secured-kafka.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'lakehouse-secured-'));
let kafka: SecuredKafka;

describe('a cluster that asks for TLS and a login', () => {
  before(async () => {
    kafka = await startSecuredKafka();
    await waitUntil('it serves topics and groups', async () => {
      const client = connectKafka({ brokers: [kafka.broker], ...kafkaSecurityFrom(login('plain')) }, 'test');
      const admin = client.admin();
      try {
        await admin.connect();
        await ensureTopic(client, { topic: 'ready', partitions: 1 });
        await admin.fetchTopicOffsets('ready');
        await admin.describeGroups(['ready']);
        return true;
      } catch {
        return false;
      } finally {
        await admin.disconnect();
      }
    });
  });
  after(async () => {
    await kafka[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const login = (mechanism: string): NodeJS.ProcessEnv => ({
    LAKEHOUSE_KAFKA_TLS: kafka.authority,
    LAKEHOUSE_KAFKA_USERNAME: kafka.user.name,
    LAKEHOUSE_KAFKA_PASSWORD: kafka.user.password,
    LAKEHOUSE_KAFKA_MECHANISM: mechanism,
  });
  const endpoints = (): LakehouseEndpoints => ({ ...testEndpoints(), kafka: { brokers: [kafka.broker] } });
  const run = (file: string, env: NodeJS.ProcessEnv): Promise<CommandOutcome> => {
    const endpointsFile = path.join(folder, 'endpoints.json');
    writeFileSync(endpointsFile, JSON.stringify(endpoints()), { mode: 0o600 });
    const values = { endpoints: endpointsFile, once: true, json: true };
    return runCommand(etl, { values, positionals: [file], cwd: folder, env });
  };

  for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512']) {
    test(`is read with ${mechanism}, and the secret is nowhere in what is said`, async () => {
      await using ground = await openPlayground('secured', { schema: 'id: long', partitions: 2 });
      const client = connectKafka(
        { brokers: [kafka.broker], ...kafkaSecurityFrom(login(mechanism)) },
        'test',
      );
      const producer = await openTopicProducer(client, { topic: ground.topic, partitions: 2 });
      await producer.send(Array.from({ length: 20 }, (_, id) => ({ key: `${id}`, value: `{"id":${id}}` })));
      await producer.close();
      const file = `${mechanism}.pipeline.yaml`;
      writeFileSync(path.join(folder, file), ground.yaml);
      const { code, stdout, stderr } = await run(file, login(mechanism));
      assert.equal(code, 0, stderr);
      assert.ok(!`${stdout}${stderr}`.includes(kafka.user.password));
      assert.equal(await ground.value(`SELECT count(DISTINCT id) FROM ${ground.sqlName}`), 20n);
      // The rows came from this cluster; the other one knows nothing of their offsets.
      await assert.rejects(ground.run(), (error: unknown) => {
        assert.ok(error instanceof PipelineHalt);
        assert.equal(error.code, 'cluster-changed');
        assert.match(error.message, /filled from Kafka cluster 3bLx1v0OQbWyYfyZ1r3v9h.*--reset-offsets/);
        return true;
      });
    });
  }

  test('is said to refuse a wrong password, an unknown authority or no TLS, instead of being waited for', async () => {
    await using ground = await openPlayground('refused', { schema: 'id: long', partitions: 1 });
    writeFileSync(path.join(folder, 'refused.pipeline.yaml'), ground.yaml);
    const wrong = { ...login('scram-sha-256'), LAKEHOUSE_KAFKA_PASSWORD: 'wrong' };
    await assert.rejects(run('refused.pipeline.yaml', wrong), (error: Error) => {
      assert.match(error.message, /[Aa]uthentication/);
      assert.ok(!error.message.includes('wrong'));
      return true;
    });
    const unknown = { ...login('plain'), LAKEHOUSE_KAFKA_TLS: '1' };
    await assert.rejects(run('refused.pipeline.yaml', unknown), /certificate/);
  });
});
