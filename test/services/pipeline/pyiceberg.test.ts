import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testEndpoints } from '../../support/lakehouse.ts';
import {
  COLUMNS,
  NESTED_ROWS,
  NESTED_SCHEMA,
  nestedRecords,
  treeToShown,
} from '../../support/nested-types.ts';
import { NAMESPACE, openPlayground, type Playground } from '../../support/pipeline-playground.ts';
import { openPython, type Python } from '../../support/python-packages.ts';

/**
 * Loads the table twice: as Nessie's REST service describes it, and from the metadata file alone. Prints one JSON object for
 * each: what a scan of everything says, how many rows each predicate finds and how many files it opens, and the history.
 */
const SCRIPT = `
import json, os, sys
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.table import StaticTable

rest, location, namespace, name, endpoint, region = sys.argv[1:]
props = {
    "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
    "s3.endpoint": endpoint,
    "s3.region": region,
    "s3.access-key-id": os.environ["STORE_KEY_ID"],
    "s3.secret-access-key": os.environ["STORE_SECRET"],
}

def describe(table):
    rows = table.scan().to_arrow()
    columns = {column: sorted((str(value) for value in rows[column].to_pylist())) for column in rows.column_names}
    predicates = ["id = 417", "id >= 880", "s is null", "s = 's5'", "t < '1961-06-01T00:00:00'", "p > '100.5000'", "d is nan", "a = '1582-10-15'"]
    found = {}
    for predicate in predicates:
        scan = table.scan(row_filter=predicate)
        found[predicate] = [scan.to_arrow().num_rows, sum(1 for _ in scan.plan_files())]
    return {
        "rows": rows.num_rows,
        "columns": columns,
        "types": [str(field.field_type) + (" required" if field.required else "") for field in table.schema().fields],
        "found": found,
        "files": sum(1 for _ in table.scan().plan_files()),
        "partitions": [str(field.transform) for field in table.spec().fields],
        "sorting": [str(field.direction) for field in table.sort_order().fields],
        "operations": [snapshot.summary.operation.value for snapshot in table.metadata.snapshots],
    }

catalog = RestCatalog("nessie", uri=rest, **props)
print(json.dumps([describe(catalog.load_table((namespace, name))), describe(StaticTable.from_metadata(location, props))]))
`;

/** Prints every row of a table, its members as texts: structs as lists of members, maps as sorted lists of pairs. */
const VALUES = `
import json, os, sys
import pyarrow.parquet
from pyiceberg.table import StaticTable

location, endpoint, region = sys.argv[1:]
table = StaticTable.from_metadata(location, {
    "py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO",
    "s3.endpoint": endpoint,
    "s3.region": region,
    "s3.access-key-id": os.environ["STORE_KEY_ID"],
    "s3.secret-access-key": os.environ["STORE_SECRET"],
})

def show(type, value):
    if value is None:
        return None
    if type.is_struct:
        return [show(field.field_type, value[field.name]) for field in type.fields]
    if hasattr(type, "element_type"):
        return [show(type.element_type, item) for item in value]
    if hasattr(type, "key_type"):
        pairs = [[show(type.key_type, key), show(type.value_type, item)] for key, item in value]
        return sorted(pairs, key=lambda pair: json.dumps(pair, ensure_ascii=False, separators=(",", ":")))
    if str(type) == "boolean":
        return str(value).lower()
    if str(type) == "uuid" and isinstance(value, bytes):
        import uuid
        return str(uuid.UUID(bytes=value))
    if isinstance(value, bytes):
        return value.hex()
    return str(value).replace("+00:00", "")

# PyIceberg's own projection takes nulls for empty lists and maps where they are nested; Arrow's reader does not.
rows = []
for task in table.scan().plan_files():
    rows += pyarrow.parquet.read_table(table.io.new_input(task.file.file_path).open()).to_pylist()
print(json.dumps([[row["id"]] + [show(field.field_type, row[field.name]) for field in table.schema().fields[1:]] for row in rows]))
`;

interface Description {
  readonly rows: number;
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly types: readonly string[];
  readonly found: Readonly<Record<string, readonly [rows: number, files: number]>>;
  readonly files: number;
  readonly partitions: readonly string[];
  readonly sorting: readonly string[];
  readonly operations: readonly string[];
}

const ROWS = 900;

function record(id: number): string {
  return JSON.stringify({
    id,
    t: `19${60 + (id % 3)}-0${1 + (id % 9)}-01T00:00:00.00000${id % 10}`,
    s: id % 3 === 0 ? null : `s${id % 60}`,
    p: `${id}.2500`,
    d: id % 9 === 0 ? 'NaN' : id / 3,
    a: id % 2 === 0 ? '1582-10-15' : '9999-12-31',
    tags: Array.from({ length: id % 4 }, (_, i) => `t${i} 🛫`),
    place: id % 5 === 0 ? null : { city: `c${id % 7}` },
    m: { k: id },
  });
}

let python: Python | undefined;
before(async () => {
  python = await openPython('pyiceberg[pyarrow]==0.12.0');
});
after(() => python?.[Symbol.asyncDispose]());

test('PyIceberg reads the table, its statistics and its history as Trino does, through REST and from the metadata alone', async context => {
  if (python === undefined) {
    context.skip(NO_PYICEBERG);
    return;
  }
  await using ground = await openPlayground('pyiceberg', {
    schema:
      'id: long required\nt: timestamp\ns: string\np: decimal(20,4)\nd: double\na: date\ntags: [string]\nplace: { city: string }\nm: { map: { key: string, value: long } }',
    settings: 'partitioning: [year(t), "bucket(id, 4)"]\nfiles: { sortBy: [id desc] }\ncommit: { rows: 300 }',
    partitions: 1,
  });
  for (let from = 0; from < ROWS; from += 300) {
    await ground.produce(Array.from({ length: 300 }, (_, i) => record(from + i)));
    await ground.run();
  }
  const location = await metadataOf(ground);
  const { objectStore, icebergRest } = testEndpoints();
  const printed = await python.run(
    SCRIPT,
    [icebergRest.uri, location, NAMESPACE, ground.table, objectStore.endpoint, objectStore.region],
    { STORE_KEY_ID: objectStore.accessKeyId, STORE_SECRET: objectStore.secretAccessKey },
  );
  const [rest, direct] = JSON.parse(printed) as [Description, Description];
  assert.deepEqual({ ...rest, operations: [] }, { ...direct, operations: [] });
  assert.deepEqual(direct.operations, ['append', 'append', 'append']);
  // Nessie's service tells of the newest snapshot only.
  assert.deepEqual(rest.operations, ['append']);
  assert.deepEqual(direct.partitions, ['year', 'bucket[4]']);
  assert.deepEqual(direct.sorting, ['DESC']);
  assert.deepEqual(direct.types.slice(0, 6), [
    'long required',
    'timestamp',
    'string',
    'decimal(20, 4)',
    'double',
    'date',
  ]);
  assert.equal(direct.rows, ROWS);
  for (const [predicate, [rows, opened]] of Object.entries(direct.found)) {
    const sql = predicate
      .replace('d is nan', 'is_nan(d)')
      .replace("'100.5000'", "DECIMAL '100.5000'")
      .replace(/'(\d{4}-\d{2}-\d{2})'/, "DATE '$1'")
      .replace(/'(\d{4}-[^']+)T([^']+)'/, "TIMESTAMP '$1 $2'");
    assert.equal(
      BigInt(rows),
      await ground.value(`SELECT count(*) FROM ${ground.sqlName} WHERE ${sql}`),
      predicate,
    );
    assert.ok(opened <= direct.files, predicate);
  }
  // Partitions and bounds leave files out: of one bucket and one commit, those of the three years stay.
  assert.deepEqual(direct.found['id = 417'], [1, 3]);
  assert.ok((direct.found['id >= 880']?.[1] ?? Infinity) < direct.files / 2);
  const expected = await ground.query(
    `SELECT CAST(id AS varchar), coalesce(s, 'None'), CAST(p AS varchar), CAST(a AS varchar) FROM ${ground.sqlName}`,
  );
  for (const [index, column] of ['id', 's', 'p', 'a'].entries())
    assert.deepEqual(direct.columns[column], expected.map(row => String(row[index])).sort(), column);
});

test('PyArrow reads every type two deep in lists, structs and maps as it was sent', async context => {
  if (python === undefined) {
    context.skip(NO_PYICEBERG);
    return;
  }
  await using ground = await openPlayground('pynested', { schema: NESTED_SCHEMA, partitions: 1 });
  await ground.produce(nestedRecords());
  await ground.run();
  const { objectStore } = testEndpoints();
  const printed = await python.run(
    VALUES,
    [await metadataOf(ground), objectStore.endpoint, objectStore.region],
    { STORE_KEY_ID: objectStore.accessKeyId, STORE_SECRET: objectStore.secretAccessKey },
  );
  const rows = JSON.parse(printed) as (readonly [id: number, ...values: unknown[]])[];
  const expected = NESTED_ROWS.map((treeOf, id) => [
    id,
    ...COLUMNS.map(column => treeToShown(treeOf(column), column.primitive)),
  ]);
  assert.deepEqual(
    rows.sort(([a], [b]) => a - b),
    expected,
  );
});

const NO_PYICEBERG = 'python3 -m pip does not install pyiceberg here';

/** The newest metadata file of a table. */
async function metadataOf(ground: Playground): Promise<string> {
  const log = ground.sqlName.replace(/"$/, '$metadata_log_entries"');
  const rows = await ground.query(`SELECT file FROM ${log} ORDER BY timestamp DESC, file DESC LIMIT 1`);
  return String(rows[0]?.[0]);
}
