import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SQL_SETTINGS, sqlSettings } from '../../../client/language/sql-settings.ts';
import { SETTINGS } from '../../../client/settings.ts';
import { DEFAULT_FORMAT_OPTIONS } from '../../../server/sql/printer/options.ts';

describe('the settings of the language server', () => {
  const defaults = {
    sqlKeywordCase: SETTINGS.sqlKeywordCase.default as string,
    sqlCommas: SETTINGS.sqlCommas.default as string,
    sqlLineWidth: SETTINGS.sqlLineWidth.default as number,
    sqlValidateOnSave: SETTINGS.sqlValidateOnSave.default as boolean,
  };

  test('are by default what the formatter does by itself', () => {
    const { indent, ...others } = DEFAULT_FORMAT_OPTIONS;
    assert.equal(indent, 2, 'which the editor says');
    assert.deepEqual(sqlSettings(defaults), { format: others, validateOnSave: false });
    assert.deepEqual(Object.keys(defaults), [...SQL_SETTINGS]);
  });

  test('take no word that the formatter does not know', () => {
    const { format } = sqlSettings({
      ...defaults,
      sqlKeywordCase: 'Title',
      sqlCommas: '',
      sqlLineWidth: -3.5,
    });
    assert.deepEqual(format, { keywordCase: 'upper', commas: 'trailing', lineWidth: 1 });
  });
});
