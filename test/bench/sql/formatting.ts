import type { Subject } from './subject.ts';
import { nonTriviaTokens } from './tokens.ts';

export interface FormattingFigures {
  readonly statements: number;
  /** Share that was laid out with the same tokens and comments, and stays as it is when laid out again. */
  readonly identical: number;
  readonly failures: readonly { readonly sql: string; readonly reason: string }[];
}

export function measureFormatting(subject: Subject, statements: readonly string[]): FormattingFigures {
  const { format } = subject;
  if (format === undefined) return { statements: 0, identical: 0, failures: [] };
  const failures = statements.flatMap(sql => {
    const reason = failureOf(sql, format);
    return reason === undefined ? [] : [{ sql, reason }];
  });
  return {
    statements: statements.length,
    identical: 1 - failures.length / Math.max(statements.length, 1),
    failures,
  };
}

function failureOf(sql: string, format: (sql: string) => string | undefined): string | undefined {
  const once = format(sql);
  if (once === undefined) return 'refused';
  if (nonTriviaTokens(once) !== nonTriviaTokens(sql)) return 'other tokens';
  return format(once) === once ? undefined : 'not idempotent';
}
