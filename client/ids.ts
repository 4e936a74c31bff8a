/** Every command id, once. test/manifest.test.ts holds package.json to it. */
export const COMMAND_IDS = {} as const;
