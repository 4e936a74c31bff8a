import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import * as vscode from 'vscode';
import { COMMAND_IDS, VIEW_IDS } from '../../client/ids.ts';
import { hostTest, waitUntil } from './support/mini-runner.ts';
import { onPage, pickRow, takePicture, waitForText } from './support/page.ts';

const ROW = '.pane-body .monaco-list-row';
const READY_MS = 150_000;
const stackId = process.env['LAKEHOUSE_TEST_STACK'] ?? '';
const ports = JSON.parse(process.env['LAKEHOUSE_TEST_PORTS'] ?? '{}') as Readonly<Record<string, number>>;
const unit = (name: string): string => `lakehouse-${stackId}-${name}`;

hostTest('Cancel in the notification of a start ends it, and stops what it had started', async () => {
  await vscode.commands.executeCommand(`${VIEW_IDS.services}.focus`);
  const starting = vscode.commands.executeCommand(COMMAND_IDS.startLakehouse);
  await waitForText(ROW, 'starting:');
  await takePicture('docker-starting');
  // The tests' profile shows no toasts; the notification stands in the list that the bell opens.
  await vscode.commands.executeCommand('notifications.showList');
  await takePicture('docker-cancel');
  await pressButton('.notifications-center', 'Cancel');
  await starting;
  assert.deepEqual(runningContainers(), []);
});

hostTest(
  'a port that somebody else holds is asked about once, and Use Free Ports starts on another',
  async () => {
    const holder = createServer();
    await new Promise<void>(resolve => holder.listen(ports['trino'], '127.0.0.1', resolve));
    await using closing = new AsyncDisposableStack();
    closing.defer(() => void holder.close());
    const starting = vscode.commands.executeCommand(COMMAND_IDS.startLakehouse);
    await waitForText('.quick-input-list', `Port ${ports['trino']} of trino is taken by`);
    await takePicture('docker-port-taken');
    await pickRow('Use Free Ports');
    await starting;
    holder.close();
    await waitForText('.statusbar-item', 'Lakehouse 4/4', READY_MS);
    await takePicture('docker-ready');
    assert.equal(runningContainers().length, 4);
  },
);

hostTest('a container that was killed stands in the view with its cause and last lines', async () => {
  execFileSync('docker', ['kill', '--signal=KILL', unit('nessie')]);
  const killedAt = performance.now();
  await waitForText(ROW, 'failed: Killed (exit code 137)');
  const latency = performance.now() - killedAt;
  await waitForText('.statusbar-item', 'Lakehouse 3/4');
  console.log(`told after ${Math.round(latency)} ms`);
  await waitForText(ROW, 'nessie');
  await takePicture('docker-failed');
});

hostTest('Copy Diagnostics puts engine, containers and logs on the clipboard, without a secret', async () => {
  await vscode.commands.executeCommand(COMMAND_IDS.copyDiagnostics);
  const text = await vscode.env.clipboard.readText();
  assert.match(text, /Back end docker/);
  assert.match(text, /failed: Killed \(exit code 137\)/);
  assert.match(text, /"wasOomKilled": false/);
  assert.doesNotMatch(text, /lakehouse-[0-9a-f]{12}/);
});

hostTest('Start Lakehouse starts what failed and leaves the others alone', async () => {
  const before = startTimes();
  await vscode.commands.executeCommand(COMMAND_IDS.startLakehouse);
  await waitForText('.statusbar-item', 'Lakehouse 4/4', READY_MS);
  const after = startTimes();
  assert.notEqual(after[unit('nessie')], before[unit('nessie')]);
  assert.deepEqual({ ...after, [unit('nessie')]: '' }, { ...before, [unit('nessie')]: '' });
});

hostTest(
  'files of the folder catalog/ become catalogs live; a broken one is a problem of its own',
  async () => {
    const folder = vscode.Uri.joinPath(workspaceFolder(), 'catalog');
    const write = (name: string, text: string): Thenable<void> =>
      vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), Buffer.from(text));
    await write('numbers.properties', 'connector.name=tpch\ntpch.splits-per-node=1\n');
    await write('broken.properties', 'connector.name=nowhere\n');
    const broken = vscode.Uri.joinPath(folder, 'broken.properties');
    await waitUntil('the broken file has its problem', () => problemsOf(broken).length === 1);
    assert.match(problemsOf(broken)[0]?.message ?? '', /nowhere/);
    assert.ok((await catalogs()).includes('numbers'));
    await write('broken.properties', 'connector.name=tpch\n');
    await waitUntil('the problem is gone', () => problemsOf(broken).length === 0);
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, 'numbers.properties'));
    await untilAsync('the catalog is dropped', async () => !(await catalogs()).includes('numbers'));
  },
);

hostTest('Stop Lakehouse stops the containers and keeps their volumes', async () => {
  await vscode.commands.executeCommand(COMMAND_IDS.stopLakehouse);
  await waitForText('.statusbar-item', 'Lakehouse stopped');
  assert.deepEqual(runningContainers(), []);
  const label = `label=dev.lakehouse.stack=${stackId}`;
  assert.equal(lines('volume', 'ls', '--quiet', '--filter', label).length, 4);
});

function lines(...args: string[]): string[] {
  return execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
}

function runningContainers(): string[] {
  return lines('ps', '--format', '{{.Names}}', '--filter', `label=dev.lakehouse.stack=${stackId}`);
}

function startTimes(): Record<string, string> {
  return Object.fromEntries(
    runningContainers().map(name => [
      name,
      lines('inspect', '--format', '{{.State.StartedAt}}', name)[0] ?? '',
    ]),
  );
}

/** Asked of Trino itself, inside its container: the port was chosen by the extension. */
async function catalogs(): Promise<string[]> {
  const [address = ''] = lines('port', unit('trino'), '8080/tcp');
  const headers = { 'X-Trino-User': 'test' };
  let response = await fetch(`http://${address}/v1/statement`, {
    method: 'POST',
    body: 'SHOW CATALOGS',
    headers,
  });
  const names: string[] = [];
  for (;;) {
    const page = (await response.json()) as { data?: string[][]; nextUri?: string };
    names.push(...(page.data ?? []).flat());
    if (page.nextUri === undefined) return names;
    response = await fetch(page.nextUri, { headers });
  }
}

async function untilAsync(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited 30 s in vain: ${what}.`);
  }
}

function problemsOf(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(problem => problem.source === 'Trino catalog');
}

function workspaceFolder(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return folder.uri;
}

async function pressButton(within: string, label: string): Promise<void> {
  await onPage(
    async (page, _screenshots, wanted: { within: string; label: string }) => {
      const button = page.locator(`${wanted.within} .monaco-button, ${wanted.within} a.action-label`);
      await button.filter({ hasText: wanted.label }).first().click({ timeout: 45_000 });
    },
    { within, label },
  );
}
