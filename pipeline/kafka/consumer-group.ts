/** The consumer group in which lag tools see a pipeline. */
export function consumerGroup({ name }: { readonly name: string }): string {
  return `lakehouse.${name}`;
}
