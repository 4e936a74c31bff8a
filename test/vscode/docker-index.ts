/** What VS Code loads as `extensionTestsPath` for the editor on containers. */
import './docker-stack.ts';
import './docker-endings.ts';
import { runHostTests } from './support/mini-runner.ts';

export async function run(): Promise<void> {
  await runHostTests();
}
