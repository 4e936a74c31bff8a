import type { SqlSettings } from '../../server/protocol.ts';
import type { SettingName, Settings } from '../settings.ts';

/** The settings that the language server works by. */
export const SQL_SETTINGS = [
  'sqlKeywordCase',
  'sqlCommas',
  'sqlLineWidth',
  'sqlValidateOnSave',
] as const satisfies readonly SettingName[];

/** The settings as the server takes them. A word that settings.json should not hold counts as not set. */
export function sqlSettings(settings: Pick<Settings, (typeof SQL_SETTINGS)[number]>): SqlSettings {
  const { sqlKeywordCase, sqlCommas, sqlLineWidth, sqlValidateOnSave } = settings;
  return {
    format: {
      keywordCase: sqlKeywordCase === 'lower' || sqlKeywordCase === 'keep' ? sqlKeywordCase : 'upper',
      commas: sqlCommas === 'leading' ? 'leading' : 'trailing',
      lineWidth: Math.max(1, Math.floor(sqlLineWidth)),
    },
    validateOnSave: sqlValidateOnSave,
  };
}
