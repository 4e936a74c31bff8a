import { toColumnSpecs } from '../decode/spec.ts';
import { createShape, observe, type Shape } from '../schema/shape.ts';
import { planFormat } from '../rows/row-format.ts';
import { printDeclarations } from '../transform/types/print-declarations.ts';
import { findColumns, sampleOf, type TrialRequest } from './run-trial.ts';
import { tryRecords } from './try-records.ts';

/** Where the declarations of a pipeline file stand: beside it, under its name. */
export function declarationsFile(pipelineFile: string): string {
  return pipelineFile.replace(/\.ya?ml$/, '.d.ts');
}

/** The declarations for the transform of a pipeline, from its topics and its table. `pipelineFile` is named in them. */
export async function describeTypes(request: TrialRequest, pipelineFile: string): Promise<string> {
  const columns = await findColumns(request);
  // Without the transform: what it gets is wanted, and it may not be written yet.
  const { records } = await tryRecords(
    // The cells of CSV are what the columns of their names are.
    {
      format: planFormat(request.config.source),
      table: columns === undefined ? undefined : { columns: toColumnSpecs(columns) },
    },
    await sampleOf(request),
  );
  let input: Shape | undefined;
  for (const row of records.flatMap(record => record.input)) observe((input ??= createShape()), row);
  const ruled = request.config.columns.rules.map(({ column }) => column);
  return printDeclarations({ pipelineFile, input, columns, ruled });
}
