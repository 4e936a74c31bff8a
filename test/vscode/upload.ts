import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS } from '../../client/ids.ts';
import { checkAccessibility, fillField, frameText, pageButton } from './support/catalog-pages.ts';
import { discardEditors } from './support/editor.ts';
import { lakehouseFixture } from './support/fixture.ts';
import { hostTest } from './support/mini-runner.ts';
import { write } from './support/notebook.ts';
import { takePicture } from './support/page.ts';
import { runInTrino } from './support/trino.ts';

const { schema } = lakehouseFixture;

hostTest(
  'Upload File proposes columns, says which line does not fit, and makes the table once it does',
  async () => {
    await discardEditors();
    const rows = Array.from(
      { length: 12_000 },
      (_, id) => `${id};Zürich 🚕;${id === 11_000 ? 'late' : id / 4}`,
    );
    const file = write('Taxi Rides 2024.csv', `\ufeffid;city;fare\r\n${rows.join('\r\n')}\r\n`);
    await vscode.commands.executeCommand(COMMAND_IDS.uploadFile, file);
    await frameText('h1', 'Upload Taxi Rides 2024.csv as a new table');
    await frameText('td', '11');
    await fillField('#namespace', schema);
    await pageButton('button', 'Create Table');
    await frameText(
      '[role=status]',
      'Taxi Rides 2024.csv, line 11002: "fare" expects double, found "late". Nothing was written.',
    );
    await takePicture('upload');
    await checkAccessibility('h1', 'Upload Taxi Rides');
    await fillField('input[aria-label="Type of fare"]', 'string');
    await pageButton('button', 'Create Table');
    await frameText('[role=status]', '12,000 rows now');
    await frameText('button', 'Open Table');
    const made = await runInTrino(
      `SELECT count(*), max(id), max(fare) FROM iceberg.${schema}.taxi_rides_2024`,
    );
    assert.deepEqual(made.rows, [[12_000n, 11_999n, 'late']]);
    await runInTrino(`DROP TABLE iceberg.${schema}.taxi_rides_2024`);
  },
);
