import type { UnitSite } from '../../docker/containers/units.ts';
import { DEFAULT_DOCKER_SETTINGS, type StackSettings } from '../../docker/settings.ts';

/** A stack `abc` with default settings, for tests that need no files. */
export function testSite(settings: Partial<StackSettings> = {}, over: Partial<UnitSite> = {}): UnitSite {
  return {
    stackId: 'abc',
    home: '/home',
    settings: { ...DEFAULT_DOCKER_SETTINGS, ...settings },
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    catalogVariables: {},
    icebergCatalog: 'connector.name=iceberg\n',
    ...over,
  };
}
