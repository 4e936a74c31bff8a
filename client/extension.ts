import { type ExtensionContext, type LogOutputChannel, Uri, window } from 'vscode';
import { branchCommands } from './catalog/branch-commands.ts';
import { catalogCommands } from './catalog/catalog-commands.ts';
import { createCatalogBrowser } from './catalog/catalog-browser.ts';
import { followSource } from './catalog/follow-source.ts';
import { sweepNowAndThen } from './catalog/catalog-sweep.ts';
import type { CatalogSource } from './catalog/catalog-source.ts';
import { createCatalogView } from './catalog/catalog-view.ts';
import { compareCommands } from './catalog/compare-page.ts';
import { historyCommands } from './catalog/history-page.ts';
import { createTreeStore } from './catalog/tree-store.ts';
import { requireSource } from './catalog/require-source.ts';
import { maintenanceCommands } from './catalog/maintenance-commands.ts';
import { tableCommands } from './catalog/table-commands.ts';
import { tableCopyCommands } from './catalog/table-copy-commands.ts';
import { tableEditCommands } from './catalog/table-edit-commands.ts';
import { transplantCommands } from './catalog/transplant-command.ts';
import { tablePageCommands } from './catalog/table-page.ts';
import { registerCommands } from './commands.ts';
import { onSettingsChange } from './config.ts';
import { followRunsWithContextKey, followWithContextKeys } from './context-keys.ts';
import { commandTitles, errorSurface } from './error-surface.ts';
import { VIEW_IDS } from './ids.ts';
import { followCatalogFolder } from './lakehouse/catalog-folder.ts';
import { chooseLakehouse } from './lakehouse/connect.ts';
import { nessieLoginCommands } from './lakehouse/nessie-login.ts';
import { addNessieLogin, NESSIE_SECRET } from './lakehouse/nessie-secret.ts';
import { orphanCommands } from './lakehouse/orphan-commands.ts';
import type { LakehouseControl } from './lakehouse/control.ts';
import { createServiceLogs, logCommands } from './lakehouse/service-logs.ts';
import { createServicesView } from './lakehouse/services-view.ts';
import { createSession } from './lakehouse/session.ts';
import { stackCommands } from './lakehouse/stack-commands.ts';
import { stackFileCommands } from './lakehouse/stack-file-commands.ts';
import { createStatusBar } from './lakehouse/status-bar.ts';
import { followSqlDocuments } from './language/language-client.ts';
import { createPages } from './page-panel.ts';
import { uploadCommands } from './catalog/upload-page.ts';
import type { RegistryLogin } from '../pipeline/avro/registry-login.ts';
import type { KafkaSecurity } from '../pipeline/kafka/security.ts';
import { presentError } from './errors.ts';
import { createLogDocuments } from './log-documents.ts';
import { readKafkaLogin } from './pipelines/kafka-secret.ts';
import { pipelineCommands } from './pipelines/pipeline-commands.ts';
import { createPipelineFiles } from './pipelines/pipeline-files.ts';
import { followPipelineProblems } from './pipelines/pipeline-problems.ts';
import { createPipelineRuns, type PipelineRuns } from './pipelines/pipeline-runs.ts';
import { createPipelinesView } from './pipelines/pipelines-view.ts';
import { readRegistryLogin } from './pipelines/registry-secret.ts';
import { redriveCommands } from './pipelines/redrive-commands.ts';
import { transformCommands } from './pipelines/transform-commands.ts';
import { workspaceLauncher } from './pipelines/workspace-launcher.ts';
import { createNotebooks } from './notebook/notebooks.ts';
import { queryCommands } from './query/query-commands.ts';
import { createResultPanel } from './query/result-panel.ts';

/** What the extension answers to whoever activates it. */
export interface LakehouseApi {
  /** Milliseconds that `activate` took. */
  readonly activationMs: number;
}

let runs: PipelineRuns | undefined;

/** Wiring only, a table of contents. Nothing here waits for the network, a process or a file. */
export function activate(context: ExtensionContext): LakehouseApi {
  const startedAt = performance.now();
  const log = window.createOutputChannel('Lakehouse', { log: true });
  const note = (text: string): void => log.info(text);

  const { secrets } = context;
  const choose = (): LakehouseControl =>
    chooseLakehouse(endpoints => addNessieLogin(endpoints, secrets, process.env));
  const session = createSession(choose(), note);
  const source = followSource(session, uri =>
    createTreeStore(Uri.joinPath(context.globalStorageUri, 'trees').fsPath, uri),
  );
  const catalog = createCatalogBrowser(source.current);
  source.onDidChange(() => catalog.refresh());
  const logDocuments = createLogDocuments();
  const serviceLogs = createServiceLogs(session, logDocuments);
  const surface = errorSurface(log);
  const onError = (title: string, error: unknown): void => void presentError(surface, title, error);
  const pages = createPages(context.extensionUri, onError);
  const requiredSource = (): CatalogSource => requireSource(source.current(), session);
  const browsing = {
    session,
    browser: catalog,
    source: requiredSource,
    pages,
    onError,
  };
  const notebooks = createNotebooks({ context, session, catalog, source: requiredSource, log: note });
  const panel = createResultPanel(context.extensionUri, notebooks.library);
  const queries = queryCommands({ session, panel, runner: notebooks.runner, marks: notebooks.marks });
  const files = createPipelineFiles();
  const kafkaSecurity = (): Promise<KafkaSecurity> => readKafkaLogin(secrets, process.env);
  const registryLogin = (): Promise<RegistryLogin | undefined> => readRegistryLogin(secrets, process.env);
  runs = createPipelineRuns(workspaceLauncher(session, logDocuments, { kafkaSecurity, registryLogin }));

  context.subscriptions.push(
    log,
    session,
    source,
    logDocuments,
    serviceLogs,
    pages,
    queries,
    files,
    onSettingsChange(['endpointsFile', 'home', 'backend', 'dockerHost'], () => session.use(choose())),
    secrets.onDidChange(({ key }) => {
      if (key === NESSIE_SECRET) session.use(choose());
    }),
    followWithContextKeys(session),
    followRunsWithContextKey(runs),
    followCatalogFolder(session, note),
    followSqlDocuments({ context, session, catalog, log: note }),
    followPipelineProblems(note),
    notebooks,
    window.registerTreeDataProvider(VIEW_IDS.services, createServicesView(session)),
    createCatalogView({ browser: catalog, session, runs, source: requiredSource, kafkaSecurity }),
    sweepNowAndThen({ session, browser: catalog, source: source.current, log: note }),
    window.registerTreeDataProvider(VIEW_IDS.pipelines, createPipelinesView(files, runs)),
    window.registerWebviewViewProvider(VIEW_IDS.results, panel.provider),
    ...createStatusBar(session),
    ...registerCommands(
      [
        stackCommands(session, runs),
        stackFileCommands(session),
        orphanCommands(session),
        logCommands(session, serviceLogs),
        catalogCommands(catalog),
        branchCommands(browsing),
        tableCommands(browsing),
        tableCopyCommands(browsing),
        tableEditCommands(browsing),
        maintenanceCommands(browsing),
        transplantCommands(browsing),
        tablePageCommands({ ...browsing, runs, kafkaSecurity }),
        historyCommands(browsing),
        compareCommands(browsing),
        uploadCommands(browsing),
        queries.table,
        notebooks.table,
        pipelineCommands({ files, runs, logs: logDocuments, secrets }),
        redriveCommands({ files, session, browser: catalog, logs: logDocuments, registryLogin }),
        transformCommands({ files, session, kafkaSecurity, registryLogin }),
        nessieLoginCommands(session, secrets),
      ],
      surface,
      commandTitles(context),
    ),
  );
  session.open();
  return { activationMs: noteActivation(log, startedAt) };
}

/** The window closes: what it runs finishes its open commit. */
export async function deactivate(): Promise<void> {
  await runs?.stopAll();
}

function noteActivation(log: LogOutputChannel, startedAt: number): number {
  const activationMs = performance.now() - startedAt;
  log.info(`Activated in ${activationMs.toFixed(1)} ms.`);
  return activationMs;
}
