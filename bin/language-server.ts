#!/usr/bin/env node
/**
 * The language server as a program: `lakehouse-language-server --stdio` for any LSP editor, `--node-ipc` for the extension.
 * Here it gets what it cannot have by itself: the catalogs' clients, the disk and the time.
 */
import { readFile } from 'node:fs/promises';
import type { LakehouseEndpoints } from '../catalog/endpoints.ts';
import { runServer } from '../server/main.ts';
import { createDiskCache, defaultCacheFolder } from './language-server/disk-cache.ts';
import { keepMemorySmall } from './language-server/small-memory.ts';
import { SYSTEM_CLOCK } from './language-server/system-clock.ts';

keepMemorySmall();
const cache = createDiskCache(defaultCacheFolder());

runServer({
  clock: SYSTEM_CLOCK,
  cache,
  // The clients are large: they are loaded with the first lakehouse and not before.
  openSource: async endpoints => {
    const { openCatalogSource } = await import('./language-server/catalog-source.ts');
    return openCatalogSource(endpoints, cache);
  },
  readEndpoints: async file => {
    const { nessieLoginFrom, withNessieLogin } = await import('../catalog/nessie.ts');
    const endpoints = JSON.parse(await readFile(file, 'utf8')) as LakehouseEndpoints;
    return withNessieLogin(endpoints, nessieLoginFrom(process.env));
  },
});
