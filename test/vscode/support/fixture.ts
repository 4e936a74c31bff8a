/** What the tests make in the lakehouse before VS Code starts, and take away afterwards. */
export const lakehouseFixture = {
  schema: 'vscode_tests',
  table: 'taxi_rides',
  /** A topic with so many records, and the pipeline file that streams it into a table. */
  topic: 'vscode-tests.rides',
  records: 20_000,
  pipelineTable: 'streamed_rides',
  pipelineFile: 'rides.pipeline.yaml',
} as const;

/** The text of the pipeline file. */
export function pipelineYaml(): string {
  const { schema, topic, pipelineTable } = lakehouseFixture;
  return `# Streams rides into Iceberg.
name: vscode-tests-rides
source:
  topic: ${topic}
table: ${schema}.${pipelineTable}
schema:
  id: long required
  fare: double
  city: string
commit:
  interval: 2s
`;
}
