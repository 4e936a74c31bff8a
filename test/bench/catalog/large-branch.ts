import {
  commit,
  connectNessie,
  createReference,
  deleteReference,
  getConfig,
  getReference,
  type NessieConnection,
  type Operation,
  type Reference,
} from '../../../catalog/nessie.ts';

const COMMIT_SIZE = 2000;

/** A branch of nothing but names: so many namespaces and tables, one namespace with a thousand. Deleted at the end. */
export async function openLargeBranch(
  uri: string,
  size: { readonly namespaces: number; readonly tables: number },
) {
  const nessie = connectNessie({ uri, timeoutMs: 120_000 });
  const config = await getConfig(nessie);
  const from = { name: config.defaultBranch, hash: config.noAncestorHash };
  const branch = await createReference(nessie, { type: 'BRANCH', name: `catalog-bench/${Date.now()}`, from });
  const filled = await fill(nessie, branch, size);
  return {
    nessie,
    branch: filled,
    [Symbol.asyncDispose]: async () => {
      await deleteReference(nessie, { reference: await getReference(nessie, branch.name) });
    },
  };
}

/** The namespace that holds a thousand tables. */
export const LARGE_NAMESPACE = 'ns_007';

async function fill(
  nessie: NessieConnection,
  branch: Reference,
  { namespaces, tables }: { readonly namespaces: number; readonly tables: number },
): Promise<Reference> {
  let head = branch;
  let operations: Operation[] = [];
  const flush = async (): Promise<void> => {
    const request = { branch: branch.name, expectedHash: head.hash, message: 'fill', operations };
    if (operations.length > 0) head = (await commit(nessie, request)).branch;
    operations = [];
  };
  const each = Math.max(1, Math.floor((tables - 1000) / (namespaces - 1)));
  for (let index = 0; index < namespaces; index += 1) {
    const namespace = `ns_${String(index).padStart(3, '0')}`;
    operations.push({
      type: 'PUT',
      key: [namespace],
      content: { type: 'NAMESPACE', elements: [namespace], properties: {} },
    });
    const count = namespace === LARGE_NAMESPACE ? 1000 : each;
    for (let table = 0; table < count; table += 1) operations.push(putTable(namespace, table));
    if (operations.length >= COMMIT_SIZE) await flush();
  }
  await flush();
  return head;
}

function putTable(namespace: string, index: number): Operation {
  const name = `table_${String(index).padStart(4, '0')}`;
  const metadataLocation = `s3://none/${namespace}/${name}/metadata/00000-${crypto.randomUUID()}.metadata.json`;
  const content = {
    type: 'ICEBERG_TABLE',
    metadataLocation,
    snapshotId: 1n,
    schemaId: 0,
    specId: 0,
    sortOrderId: 0,
  } as const;
  return { type: 'PUT', key: [namespace, name], content };
}
