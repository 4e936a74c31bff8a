/** What the tests make in the lakehouse before VS Code starts, and take away afterwards. */
export const lakehouseFixture = {
  schema: 'vscode_tests',
  table: 'taxi_rides',
} as const;
