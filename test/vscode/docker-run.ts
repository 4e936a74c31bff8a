#!/usr/bin/env node
/** The editor on containers: part of the docker tier, because it needs an engine. `DOCKER_HOST` names the engine. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stackIdOf, removeStack } from '../../docker/containers/stack.ts';
import { engineSearch } from '../../docker/containers/discovery.ts';
import { connectEngine } from '../../docker/engine.ts';
import { homeAt } from '../../docker/home.ts';
import { parsePorts } from '../../docker/settings.ts';
import { pickFreePort } from '../../docker/ports.ts';
import { runEditorTests } from './support/run-editor.ts';

const engine = await connectEngine(engineSearch(process.env));
const directory = mkdtempSync(path.join(os.tmpdir(), 'lakehouse-editor-'));
const home = homeAt(path.join(directory, 'stack'));
const taken = new Set<number>();
const names = Object.keys(parsePorts('auto'));
const ports = await Promise.all(names.map(async name => [name, await pickFreePort(taken)] as const));
try {
  process.env['LAKEHOUSE_TEST_STACK'] = stackIdOf(home);
  process.env['LAKEHOUSE_TEST_DOCKER_HOME'] = home.directory;
  process.env['LAKEHOUSE_TEST_PORTS'] = JSON.stringify(Object.fromEntries(ports));
  process.exitCode = await runEditorTests({
    index: path.join(import.meta.dirname, 'docker-index.ts'),
    settings: {
      'lakehouse.backend': 'docker',
      'lakehouse.docker.host': engine.origin.host,
      'lakehouse.home': home.directory,
      ...Object.fromEntries(ports.map(([name, port]) => [`lakehouse.ports.${name}`, String(port)])),
    },
    files: { 'query.sql': 'SELECT 1 AS one;\n' },
  });
} finally {
  await removeStack(engine, stackIdOf(home));
  rmSync(directory, { recursive: true, force: true });
}
