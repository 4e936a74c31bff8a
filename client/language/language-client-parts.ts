import { setImmediate as nextTurn } from 'node:timers/promises';
import type { startLanguageClient } from './start-language-client.ts';

/**
 * The client's library from the bottom up. As one piece it would hold the editor's extensions up for several frames; the package
 * has no other names for its parts.
 */
const PARTS: readonly (() => Promise<unknown>)[] = [
  () => import('vscode-languageclient/$test/common/features'),
  () => import('vscode-languageclient/$test/common/codeConverter'),
  () => import('vscode-languageclient/$test/common/protocolConverter'),
  () => import('vscode-languageclient/$test/common/diagnostic'),
  () => import('vscode-languageclient/$test/common/notebook'),
  () => import('vscode-languageclient/$test/common/semanticTokens'),
  () => import('vscode-languageclient/$test/common/fileOperations'),
  () => import('vscode-languageclient/$test/common/textSynchronization'),
  () => import('vscode-languageclient/$test/common/client'),
];

/** Loads the language client's library part by part, with room for others in between. */
export async function loadLanguageClient(): Promise<{ readonly start: typeof startLanguageClient }> {
  for (const load of PARTS) {
    await load();
    await nextTurn();
  }
  const { startLanguageClient: start } = await import('./start-language-client.ts');
  await nextTurn();
  return { start };
}
