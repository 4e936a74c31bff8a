import { type Disposable, workspace } from 'vscode';
import { type SettingName, type Settings, SETTINGS } from './settings.ts';

/** The settings as they stand now. A value of the wrong type, which settings.json allows, counts as not set. */
export function readSettings(): Settings {
  const configuration = workspace.getConfiguration();
  const values = Object.entries(SETTINGS).map(([name, setting]) => {
    const value = configuration.get<unknown>(setting.key);
    return [name, typeof value === typeof setting.default ? value : setting.default] as const;
  });
  return Object.fromEntries(values) as unknown as Settings;
}

/** Calls `listener` after a change of any of the named settings. */
export function onSettingsChange(names: readonly SettingName[], listener: () => void): Disposable {
  return workspace.onDidChangeConfiguration(event => {
    if (names.some(name => event.affectsConfiguration(SETTINGS[name].key))) listener();
  });
}
