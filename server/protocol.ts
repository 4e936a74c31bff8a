/** What client and language server say to each other beyond the Language Server Protocol. */

/** Initialization options: where the catalog of names comes from. Holds no secret. */
export interface ServerOptions {
  /** Nessie's API base, ending in `/api/v2`; absent while no lakehouse is known. */
  readonly nessieUri?: string;
  /** The branch, tag or commit whose tables are completed. */
  readonly reference?: string;
}
