/** What VS Code loads as `extensionTestsPath`: every test file, in the order of a person's way through the product. */
import './activation.ts';
import './colours.ts';
import './services.ts';
import './catalog.ts';
import './completion.ts';
import './language.ts';
import './typing.ts';
import './language-settings.ts';
import './query.ts';
import './branches.ts';
import './upload.ts';
import './catalog-actions.ts';
import './catalog-log.ts';
import './pipelines.ts';
import './pipeline-problems.ts';
import './notebook.ts';
import './notebook-features.ts';
import './notebook-place.ts';
import './history.ts';
import './catalog-faults.ts';
import './welcome.ts';
import { runHostTests } from './support/mini-runner.ts';

export async function run(): Promise<void> {
  await runHostTests();
}
