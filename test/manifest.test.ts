import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import {
  COMMAND_IDS,
  CONTAINER_IDS,
  CONTEXT_KEYS,
  ITEM_KINDS,
  SQL_LANGUAGE,
  VIEW_IDS,
} from '../client/ids.ts';
import { SETTINGS } from '../client/settings.ts';

interface Conditional {
  readonly when?: string;
  readonly enablement?: string;
  readonly command?: string;
}
interface Command extends Conditional {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
}
interface View {
  readonly id: string;
  readonly icon?: string;
}
interface Property {
  readonly default: unknown;
  readonly type: string;
  readonly description?: string;
  readonly markdownDescription?: string;
}
interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly image: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}
interface Manifest {
  readonly main: string;
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: {
      readonly supported: string;
      readonly description: string;
      readonly restrictedConfigurations: readonly string[];
    };
  };
  readonly contributes: {
    readonly commands: readonly Command[];
    readonly keybindings?: readonly Conditional[];
    readonly menus: Readonly<Record<string, readonly Conditional[]>>;
    readonly views: Readonly<Record<string, readonly View[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly View[]>>;
    readonly viewsWelcome: readonly (Conditional & { readonly view: string; readonly contents: string })[];
    readonly configuration: readonly {
      readonly title: string;
      readonly properties: Readonly<Record<string, Property>>;
    }[];
    readonly walkthroughs: readonly { readonly icon: string; readonly steps: readonly Step[] }[];
  };
}

const ROOT = path.resolve(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;
const { contributes } = manifest;
const views = Object.values(contributes.views).flat();
const containers = Object.values(contributes.viewsContainers).flat();
const steps = contributes.walkthroughs.flatMap(walkthrough => walkthrough.steps);
const menuItems = Object.values(contributes.menus).flat();

/** Keys of VS Code itself that our `when` clauses may read; `false` hides a command from the palette. */
const EDITOR_KEYS = new Set([
  'editorLangId',
  'editorTextFocus',
  'false',
  'isWorkspaceTrusted',
  'notebookEditorFocused',
  'notebookType',
  'resourceExtname',
  'resourceFilename',
  'resourceLangId',
  'view',
  'viewItem',
  'workspaceFolderCount',
]);

describe('the manifest', () => {
  test('contributes exactly the commands of ids.ts, each with a title and the category Lakehouse', () => {
    assert.deepEqual(
      sorted(contributes.commands.map(item => item.command)),
      sorted(Object.values(COMMAND_IDS)),
    );
    const wordless = contributes.commands.filter(item => item.title === '' || item.category !== 'Lakehouse');
    assert.deepEqual(wordless, []);
  });

  test('contributes exactly the views and containers of ids.ts', () => {
    assert.deepEqual(sorted(views.map(view => view.id)), sorted(Object.values(VIEW_IDS)));
    assert.deepEqual(sorted(containers.map(item => item.id)), sorted(Object.values(CONTAINER_IDS)));
    assert.deepEqual(
      Object.keys(contributes.views).filter(id => !containers.some(container => container.id === id)),
      [],
    );
  });

  test('contributes exactly the settings of settings.ts with their defaults, types and a description', () => {
    const properties = Object.assign(
      {},
      ...contributes.configuration.map(group => group.properties),
    ) as Record<string, Property>;
    const inCode = Object.values(SETTINGS).map(setting => [setting.key, setting.default] as const);
    const inManifest = Object.entries(properties).map(([key, property]) => [key, property.default] as const);
    assert.deepEqual(new Map(inManifest), new Map<string, unknown>(inCode));
    const wrong = Object.entries(properties).filter(([, property]) => {
      const type = property.type === 'integer' ? 'number' : property.type;
      return type !== typeof property.default || !(property.description ?? property.markdownDescription);
    });
    assert.deepEqual(wrong, []);
  });

  test('restricts exactly the settings that may choose a host, a file or a process', () => {
    const { untrustedWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    assert.notEqual(untrustedWorkspaces.description, '');
    assert.deepEqual(
      sorted(untrustedWorkspaces.restrictedConfigurations),
      sorted(
        Object.values(SETTINGS)
          .filter(setting => setting.isRestricted)
          .map(setting => setting.key),
      ),
    );
  });

  test('reads only keys in its when clauses that somebody sets, and item kinds that exist', () => {
    const clauses = [
      ...menuItems,
      ...contributes.commands,
      ...contributes.viewsWelcome,
      ...(contributes.keybindings ?? []),
    ]
      .flatMap(item => [item.when, item.enablement])
      .filter(clause => clause !== undefined);
    const known = new Set([...EDITOR_KEYS, ...Object.values(CONTEXT_KEYS)]);
    assert.deepEqual(
      clauses.flatMap(clause => keysOf(clause)).filter(key => !known.has(key)),
      [],
    );
    const kinds = clauses.flatMap(clause =>
      [...clause.matchAll(/viewItem == ([\w.]+)/g)].map(match => match[1]),
    );
    assert.deepEqual(
      kinds.filter(kind => !Object.values<string | undefined>(ITEM_KINDS).includes(kind)),
      [],
    );
  });

  test('names only commands and views that exist in menus, keys and welcome texts', () => {
    const commands = new Set<string>(Object.values(COMMAND_IDS));
    const used = [
      ...[...menuItems, ...(contributes.keybindings ?? [])].map(item => item.command),
      ...[
        ...contributes.viewsWelcome.map(({ contents }) => contents),
        ...steps.map(({ description }) => description),
      ].flatMap(text => [...text.matchAll(/\(command:(lakehouse[\w.]*)\)/g)].map(match => match[1])),
      ...steps.flatMap(({ completionEvents }) =>
        completionEvents.flatMap(event => /^onCommand:(.*)$/.exec(event)?.[1] ?? []),
      ),
    ].filter(command => command !== undefined);
    const ids = new Set<string>(Object.values(VIEW_IDS));
    const focus = (command: string): boolean =>
      command.endsWith('.focus') && ids.has(command.slice(0, -'.focus'.length));
    assert.deepEqual(
      used.filter(command => !commands.has(command) && !focus(command)),
      [],
    );
    assert.deepEqual(
      contributes.viewsWelcome.filter(welcome => !ids.has(welcome.view)),
      [],
    );
  });

  test('activates on its language and on pipeline files, the rest being implied by views and commands', () => {
    assert.deepEqual(manifest.activationEvents, [
      `onLanguage:${SQL_LANGUAGE}`,
      'workspaceContains:**/*.pipeline.yaml',
    ]);
  });

  test('names pictures that exist', () => {
    const pictures = [
      ...[...views, ...containers, ...contributes.walkthroughs, manifest].flatMap(item => item.icon ?? []),
      ...steps.map(step => step.media.image),
    ];
    assert.deepEqual(
      steps.filter(step => step.media.altText === ''),
      [],
    );
    assert.ok(pictures.length > 0);
    assert.deepEqual(
      pictures.filter(icon => !existsSync(path.join(ROOT, icon))),
      [],
    );
  });
});

describe('the client', () => {
  test('reads settings in config.ts only and registers commands in commands.ts only', () => {
    const sources = readdirSync(path.join(ROOT, 'client'), { recursive: true, encoding: 'utf8' }).filter(
      file => file.endsWith('.ts'),
    );
    const holding = (word: string): string[] =>
      sources.filter(file => readFileSync(path.join(ROOT, 'client', file), 'utf8').includes(word));
    assert.deepEqual(holding('getConfiguration('), ['config.ts']);
    assert.deepEqual(holding('registerCommand('), ['commands.ts']);
  });
});

/** The context keys that a `when` clause reads: the words that stand on the left of an operator or alone. */
function keysOf(clause: string): string[] {
  return clause
    .split(/&&|\|\|/)
    .map(term => term.trim().replace(/^[!(]+/, ''))
    .map(term => /^[\w.-]+/.exec(term)?.[0] ?? term);
}

function sorted(values: readonly string[]): string[] {
  return [...values].sort();
}
