import type { CatalogService } from './catalog-service.ts';
import type { SqlDocument } from './documents.ts';
import type { CompletionInput } from './features/completion/completion.ts';
import { connectionByDirectives } from './script/directives.ts';
import { maskParameters } from './script/parameters.ts';
import { readScript, type Script } from './script/script.ts';
import { type AnalyzedScript, analyzeScript, type Connection } from './script/workspace-session.ts';

interface KnownScript {
  readonly version: number;
  readonly script: Script;
}

/** The open documents as scripts, each with its connection. Scripts are read when somebody looks, and once per version. */
export class Workspace {
  private readonly catalog: CatalogService;
  private readonly scripts = new Map<string, KnownScript>();
  private readonly connections = new Map<string, Connection>();
  private fallback: Connection = {};
  /** For a notebook's cell: the documents of the cells before it. */
  siblingsOf: (uri: string) => readonly SqlDocument[] = () => [];
  /** For a notebook's cell: the named cells before it. */
  namedCellsOf: (uri: string) => readonly { readonly name: string; readonly document: SqlDocument }[] =
    () => [];
  /** For a notebook's cell: the notebook. */
  ownerOf: (uri: string) => string | undefined = () => undefined;

  constructor(catalog: CatalogService) {
    this.catalog = catalog;
  }

  /** Where statements run: of one document, or of all that have no connection of their own. */
  setConnection(uri: string | undefined, connection: Connection): void {
    if (uri === undefined) this.fallback = connection;
    else this.connections.set(uri, connection);
  }

  connectionOf(uri: string): Connection {
    const owner = this.ownerOf(uri);
    return (
      this.connections.get(uri) ??
      (owner === undefined ? undefined : this.connections.get(owner)) ??
      this.fallback
    );
  }

  scriptOf(document: SqlDocument): Script {
    const known = this.scripts.get(document.uri);
    if (known?.version === document.version) return known.script;
    const text = document.getText();
    const hasParameters = this.ownerOf(document.uri) !== undefined || text.includes('-- @param');
    const script = readScript(hasParameters ? maskParameters(text) : text, known?.script);
    this.scripts.set(document.uri, { version: document.version, script });
    return script;
  }

  analyzed(document: SqlDocument): AnalyzedScript {
    return analyzeScript(this.scriptOf(document), this.inputFor(document));
  }

  inputFor(document: SqlDocument): CompletionInput {
    const catalog = this.catalog.view();
    const siblings = this.siblingsOf(document.uri);
    // What the first cell says counts for the whole notebook, what the cell itself says goes before it.
    const heads = siblings[0] === undefined ? [document] : [siblings[0], document];
    const connection = heads.reduce(
      (base, head) => connectionByDirectives(head.getText(), base, catalog),
      this.connectionOf(document.uri),
    );
    return {
      catalog,
      connection,
      findFunction: this.catalog.findFunction,
      functions: this.catalog.allFunctions,
      server: this.catalog.facts,
      factsVersion: this.catalog.factsVersion,
      namedCells: this.namedCellsOf(document.uri).map(({ name, document: cell }) => ({
        name,
        script: this.scriptOf(cell),
      })),
      siblings: siblings.map(sibling => this.scriptOf(sibling)),
      openScripts: Array.from(this.scripts.values(), known => known.script),
    };
  }

  forget(uri: string): void {
    this.scripts.delete(uri);
    this.connections.delete(uri);
  }
}
