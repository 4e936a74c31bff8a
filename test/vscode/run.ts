#!/usr/bin/env node
/** The vscode tier: tests of the extension on a running lakehouse, whose endpoints file `LAKEHOUSE_TEST_ENDPOINTS` names. */
import path from 'node:path';
import { lakehouseFixture, pipelineYaml } from './support/fixture.ts';
import { createLakehouseFixture } from './support/lakehouse-fixture.ts';
import { runEditorTests } from './support/run-editor.ts';

const endpointsFile = process.env['LAKEHOUSE_TEST_ENDPOINTS'];
if (endpointsFile === undefined) {
  throw new Error(
    'LAKEHOUSE_TEST_ENDPOINTS is not set: run `npm run test:vscode`, which starts a lakehouse.',
  );
}
/** The tests' own lakehouse, which the editor then treats as this machine's; a developer's is only connected to. */
const home = process.env['LAKEHOUSE_TEST_HOME'];

await using undo = new AsyncDisposableStack();
undo.use(await createLakehouseFixture());
process.exitCode = await runEditorTests({
  index: path.join(import.meta.dirname, 'index.ts'),
  settings:
    home === undefined
      ? { 'lakehouse.endpointsFile': path.resolve(endpointsFile) }
      : { 'lakehouse.home': home },
  files: {
    'query.sql': 'SELECT 1 AS one;\n\nSELECT * FROM ',
    [lakehouseFixture.pipelineFile]: pipelineYaml(),
  },
});
