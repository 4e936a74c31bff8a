import { type Disposable, MarkdownString, StatusBarAlignment, window } from 'vscode';
import { SERVICE_NAMES } from '../../docker/events.ts';
import { COMMAND_IDS } from '../ids.ts';
import { describeState, overall, readyCount, SERVICE_TITLES } from './services.ts';
import type { LakehouseSession } from './session.ts';

const ICONS = { ready: 'database', busy: 'sync~spin', partial: 'warning', stopped: 'circle-slash' } as const;

/** `Lakehouse 4/4`, or `Lakehouse stopped`, at the left of the status bar, with every service's state in its tooltip. */
export function createStatusBar(session: LakehouseSession): Disposable[] {
  const item = window.createStatusBarItem('lakehouse.status', StatusBarAlignment.Left);
  item.name = 'Lakehouse';
  item.command = COMMAND_IDS.showStatus;
  const draw = (): void => {
    const services = session.services;
    const ready = readyCount(services);
    const state = overall(services);
    item.text = `$(${ICONS[state]}) Lakehouse ${state === 'stopped' ? 'stopped' : ready}`;
    item.accessibilityInformation = {
      label: state === 'stopped' ? 'Lakehouse, stopped' : `Lakehouse, ${ready} services ready`,
    };
    const rows = SERVICE_NAMES.map(
      name => `| ${SERVICE_TITLES[name]} | ${escapeCell(describeState(services[name]))} |`,
    );
    const { place } = session.control;
    const runsAs = place === undefined ? '' : `\n\nIt runs as ${escapeCell(place)}.`;
    item.tooltip = new MarkdownString(`| Service | State |\n| :-- | :-- |\n${rows.join('\n')}${runsAs}`);
  };
  draw();
  item.show();
  return [item, session.onDidChange(draw)];
}

function escapeCell(text: string): string {
  return text.replace(/[\\|`*_{}[\]<>#]/g, '\\$&');
}
