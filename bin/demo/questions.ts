/** What the demo asks Trino, by data set: a sentence and a query over `table`. */
export const QUESTIONS: Readonly<
  Record<'flights' | 'taxi', { readonly title: string; readonly sql: (table: string) => string }>
> = {
  flights: {
    title: 'Which airports do flights leave late from?',
    sql: table => `
      SELECT origin, count(*) AS flights, round(avg(delay), 1) AS mean_delay, max(delay) AS longest
      FROM ${table} GROUP BY origin HAVING count(*) > 100 ORDER BY mean_delay DESC LIMIT 5`,
  },
  taxi: {
    title: 'At which hours do passengers tip best?',
    sql: table => `
      SELECT hour(tpep_pickup_datetime) AS hour, count(*) AS trips,
             round(avg(tip_amount), 2) AS mean_tip, round(sum(total_amount), 2) AS revenue
      FROM ${table} GROUP BY 1 ORDER BY mean_tip DESC LIMIT 5`,
  },
};
