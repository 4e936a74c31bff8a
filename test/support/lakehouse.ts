import { readFileSync } from 'node:fs';
import type { LakehouseEndpoints } from '../../catalog/endpoints.ts';

/**
 * The endpoints of the real lakehouse that the services tier runs against. The runner starts it once and names its
 * endpoints file in `LAKEHOUSE_TEST_ENDPOINTS`; a single test file can be run against any lakehouse in the same way.
 */
export function testEndpoints(): LakehouseEndpoints {
  const file = process.env['LAKEHOUSE_TEST_ENDPOINTS'];
  if (file === undefined) {
    throw new Error(
      'LAKEHOUSE_TEST_ENDPOINTS is not set: run `npm run test:services`, or point it at the endpoints.json of a running lakehouse.',
    );
  }
  return JSON.parse(readFileSync(file, 'utf8')) as LakehouseEndpoints;
}
