import type { Command } from './command.ts';

/** Every subcommand, in the order of the help text. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  up: async () => (await import('./commands/up.ts')).command,
  down: async () => (await import('./commands/down.ts')).command,
  status: async () => (await import('./commands/status.ts')).command,
  logs: async () => (await import('./commands/logs.ts')).command,
  reset: async () => (await import('./commands/reset.ts')).command,
  export: async () => (await import('./commands/export.ts')).command,
  import: async () => (await import('./commands/import.ts')).command,
  orphans: async () => (await import('./commands/orphans.ts')).command,
  diagnostics: async () => (await import('./commands/diagnostics.ts')).command,
  demo: async () => (await import('./commands/demo.ts')).command,
  produce: async () => (await import('./commands/produce.ts')).command,
  etl: async () => (await import('./commands/etl.ts')).command,
  catalog: async () => (await import('./commands/catalog.ts')).command,
  sql: async () => (await import('./commands/sql.ts')).command,
  endpoints: async () => (await import('./commands/endpoints.ts')).command,
  catalogs: async () => (await import('./commands/catalogs.ts')).command,
};
