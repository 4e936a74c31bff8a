/** One real lakehouse for the services and vscode tiers, started when the first of them asks for it. */
export interface ServicesLakehouse extends AsyncDisposable {
  /** The variables by which a test finds it. */
  environment(): Promise<NodeJS.ProcessEnv>;
}

export function startServicesLakehouse(): ServicesLakehouse {
  return {
    environment: async () => {
      const file = process.env['LAKEHOUSE_TEST_ENDPOINTS'];
      if (file === undefined) throw new Error('No lakehouse to test against.');
      return { LAKEHOUSE_TEST_ENDPOINTS: file };
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
