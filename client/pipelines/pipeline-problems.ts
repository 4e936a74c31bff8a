import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Diagnostic, type Disposable, languages, Position, type TextDocument, workspace } from 'vscode';
import type { ConfigFault } from '../../pipeline/config.ts';

const SUFFIX = '.pipeline.yaml';
/** Nobody wants to be told of a line that is still being typed. */
const SETTLED_MS = 300;

/** Keeps what is wrong with the open pipeline files in the list of problems, at the place where it stands. */
export function followPipelineProblems(note: (text: string) => void): Disposable {
  const problems = languages.createDiagnosticCollection('lakehouse pipelines');
  const waiting = new Map<string, NodeJS.Timeout>();
  const check = async (document: TextDocument): Promise<void> => {
    waiting.delete(document.uri.toString());
    const faults = await findFaults(document);
    if (!document.isClosed)
      problems.set(
        document.uri,
        faults.map(fault => toDiagnostic(document, fault)),
      );
  };
  const onOpenOrChange = (document: TextDocument, delayMs: number): void => {
    if (!document.uri.path.endsWith(SUFFIX)) return;
    const key = document.uri.toString();
    clearTimeout(waiting.get(key));
    const run = (): void => void check(document).catch((error: unknown) => note(`${key}: ${String(error)}`));
    waiting.set(key, setTimeout(run, delayMs));
  };
  const forget = ({ uri }: TextDocument): void => {
    clearTimeout(waiting.get(uri.toString()));
    waiting.delete(uri.toString());
    problems.delete(uri);
  };
  const listeners = [
    workspace.onDidOpenTextDocument(document => onOpenOrChange(document, 0)),
    workspace.onDidChangeTextDocument(({ document }) => onOpenOrChange(document, SETTLED_MS)),
    workspace.onDidCloseTextDocument(forget),
  ];
  for (const document of workspace.textDocuments) onOpenOrChange(document, 0);
  return {
    dispose: () => {
      for (const timer of waiting.values()) clearTimeout(timer);
      for (const listener of [...listeners, problems]) listener.dispose();
    },
  };
}

async function findFaults(document: TextDocument): Promise<readonly ConfigFault[]> {
  const { readConfig } = await import('../../pipeline/config/read-config.ts');
  const folder = path.dirname(document.uri.fsPath);
  // Files beside a pipeline file are read only where the workspace is trusted: the file can name any.
  const readNearby = (near: string): string => readFileSync(path.resolve(folder, near), 'utf8');
  return readConfig(document.getText(), workspace.isTrusted ? readNearby : undefined).faults;
}

/** A fault has a place only: the word there is marked, or the rest of the line. */
function toDiagnostic(document: TextDocument, { line, column, message }: ConfigFault): Diagnostic {
  const at = document.validatePosition(new Position(line - 1, column - 1));
  const range = document.getWordRangeAtPosition(at) ?? document.lineAt(at.line).range.with({ start: at });
  const problem = new Diagnostic(range, message);
  problem.source = 'Lakehouse';
  return problem;
}
