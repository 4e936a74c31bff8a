import { connectTrino, queryAll, type QueryResult } from '../../../catalog/trino/client.ts';
import { testEndpoints } from '../../support/lakehouse.ts';

/** Runs a statement as somebody else would: past the editor. */
export async function runInTrino(sql: string): Promise<QueryResult> {
  const { trino } = testEndpoints();
  return queryAll(connectTrino({ uri: trino.uri, user: trino.user, source: 'vscode-tests' }), sql);
}
