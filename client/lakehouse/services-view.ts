import {
  type Event,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeDataProvider,
} from 'vscode';
import { SERVICE_NAMES, type ServiceName, type ServiceState } from '../../docker/events.ts';
import { ITEM_KINDS } from '../ids.ts';
import { describeState, SERVICE_TITLES, shortLogLine } from './services.ts';
import type { LakehouseSession } from './session.ts';

/** A service, or one line about a service. */
export type ServiceNode =
  | { readonly kind: 'service'; readonly service: ServiceName }
  | { readonly kind: 'line'; readonly text: string; readonly icon?: string };

/** The services with their live states; a failed one opens to its cause and the last lines it wrote. */
export function createServicesView(session: LakehouseSession): TreeDataProvider<ServiceNode> {
  return {
    onDidChangeTreeData: session.onDidChange as Event<undefined>,
    getChildren: node => {
      if (node === undefined) return SERVICE_NAMES.map(service => ({ kind: 'service', service }));
      return node.kind === 'service' ? detailLines(session.services[node.service]) : [];
    },
    getTreeItem: node =>
      node.kind === 'service' ? serviceItem(node.service, session.services[node.service]) : lineItem(node),
  };
}

function serviceItem(service: ServiceName, state: ServiceState): TreeItem {
  const item = new TreeItem(SERVICE_TITLES[service]);
  const description = describeState(state);
  item.id = `${service}:${state.kind}`;
  item.description = description;
  item.iconPath = stateIcon(state);
  item.contextValue = state.kind === 'failed' ? ITEM_KINDS.failedService : ITEM_KINDS.service;
  item.collapsibleState =
    state.kind === 'failed' ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None;
  item.tooltip = `${SERVICE_TITLES[service]}: ${state.kind === 'failed' ? state.cause : description}`;
  item.accessibilityInformation = { label: `${SERVICE_TITLES[service]}, ${description}` };
  return item;
}

function lineItem(node: Extract<ServiceNode, { kind: 'line' }>): TreeItem {
  const item = new TreeItem(node.icon === undefined ? shortLogLine(node.text) : node.text);
  item.tooltip = node.text;
  if (node.icon !== undefined) item.iconPath = new ThemeIcon(node.icon);
  return item;
}

function detailLines(state: ServiceState): ServiceNode[] {
  if (state.kind !== 'failed') return [];
  return [
    // One line per sentence: what is wrong, then what to do about it.
    ...state.cause
      .split(/\n|(?<=\.)\s+(?=\p{Lu})/u)
      .map(text => ({ kind: 'line', text, icon: 'info' }) as const),
    ...state.lastLines.filter(text => text.trim() !== '').map(text => ({ kind: 'line', text }) as const),
  ];
}

function stateIcon(state: ServiceState): ThemeIcon {
  switch (state.kind) {
    case 'ready':
      return new ThemeIcon('pass-filled', new ThemeColor('testing.iconPassed'));
    case 'failed':
      return new ThemeIcon('error', new ThemeColor('testing.iconFailed'));
    case 'fetching':
      return new ThemeIcon('cloud-download');
    case 'starting':
    case 'stopping':
      return new ThemeIcon('loading~spin');
    case 'missing':
    case 'stopped':
      return new ThemeIcon('circle-outline');
  }
}
