import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import { concat, type Doc, group, HARD_LINE, indent, join } from './doc.ts';
import { expressionDoc, sequenceDoc } from './expressions.ts';
import { findTop, isKind, isWord, type Source, splitBefore, type TokenRange } from './source.ts';
import { tokenDoc } from './token-doc.ts';

/** `FUNCTION name(…)` with one characteristic a line, and its body; the words in front of FUNCTION belong to the range. */
export function functionDoc(source: Source, range: TokenRange): Doc {
  const body = findTop(source, range, i => startsBody(source, i, range));
  const parts = splitBefore(source, { start: range.start, end: body }, i => startsCharacteristic(source, i));
  const docs = parts.map(part => sequenceDoc(source, part));
  if (body < range.end) docs.push(bodyDoc(source, { start: body, end: range.end }));
  return join(HARD_LINE, docs);
}

function startsCharacteristic(source: Source, i: number): boolean {
  switch (source.words[i]) {
    case K.RETURNS:
    case K.LANGUAGE:
    case K.CALLED:
    case K.SECURITY:
    case K.COMMENT:
    case K.WITH:
    case K.AS:
      return true;
    case K.NOT:
      return isWord(source, i + 1, K.DETERMINISTIC);
    case K.DETERMINISTIC:
      return !isWord(source, i - 1, K.NOT);
    default:
      return false;
  }
}

const BODY_WORDS = new Set<number>([
  K.RETURN,
  K.BEGIN,
  K.IF,
  K.CASE,
  K.LOOP,
  K.WHILE,
  K.REPEAT,
  K.SET,
  K.LEAVE,
  K.ITERATE,
]);

function startsBody(source: Source, i: number, range: TokenRange): boolean {
  if (i === range.start) return false;
  return BODY_WORDS.has(source.words[i] ?? 0) || isKind(source, i + 1, TokenKind.Colon);
}

function bodyDoc(source: Source, range: TokenRange): Doc {
  const reader = { source, at: range.start, end: range.end };
  const doc = controlDoc(reader);
  const rest = { start: reader.at, end: range.end };
  return rest.start < rest.end ? concat([doc, ' ', sequenceDoc(source, rest)]) : doc;
}

/** Where the printing of a body stands; `at` moves forward over every token once. */
interface Reader {
  readonly source: Source;
  readonly end: number;
  at: number;
}

/** One control statement without its semicolon. */
function controlDoc(reader: Reader): Doc {
  const { source } = reader;
  if (isKind(source, reader.at + 1, TokenKind.Colon)) {
    const label = [take(reader), take(reader), ' '];
    return concat([...label, controlDoc(reader)]);
  }
  switch (source.words[reader.at]) {
    case K.BEGIN:
      return concat([take(reader), block(reader), HARD_LINE, take(reader)]);
    case K.IF:
      return concat([take(reader), ' ', branches(reader, K.ELSEIF), HARD_LINE, closing(reader)]);
    case K.CASE:
      return caseStatement(reader);
    case K.LOOP:
      return concat([take(reader), block(reader), HARD_LINE, closing(reader)]);
    case K.WHILE:
      return concat([
        take(reader),
        ' ',
        until(reader, K.DO),
        ' ',
        take(reader),
        block(reader),
        HARD_LINE,
        closing(reader),
      ]);
    case K.REPEAT:
      return concat([
        take(reader),
        block(reader),
        HARD_LINE,
        take(reader),
        ' ',
        until(reader, K.END),
        HARD_LINE,
        closing(reader),
      ]);
    default:
      return simpleStatement(reader);
  }
}

/** `condition THEN …`, further branches, ELSE. */
function branches(reader: Reader, another: number): Doc {
  const { source } = reader;
  const parts: Doc[] = [until(reader, K.THEN), ' ', take(reader), block(reader)];
  while (
    reader.at < reader.end &&
    (isWord(source, reader.at, another) || isWord(source, reader.at, K.ELSE))
  ) {
    const isElse = isWord(source, reader.at, K.ELSE);
    parts.push(HARD_LINE, take(reader));
    if (!isElse) parts.push(' ', until(reader, K.THEN), ' ', take(reader));
    parts.push(block(reader));
  }
  return concat(parts);
}

function caseStatement(reader: Reader): Doc {
  const { source } = reader;
  const head: Doc[] = [take(reader)];
  if (!isWord(source, reader.at, K.WHEN)) head.push(' ', until(reader, K.WHEN));
  const body = concat([HARD_LINE, take(reader), ' ', branches(reader, K.WHEN)]);
  return concat([...head, indent(body), HARD_LINE, closing(reader)]);
}

/** Statements up to the word that ends the block, one level deeper. */
function block(reader: Reader): Doc {
  const statements: Doc[] = [];
  while (reader.at < reader.end && !endsBlock(reader)) {
    const before = reader.at;
    const parts = [HARD_LINE, controlDoc(reader)];
    if (isKind(reader.source, reader.at, TokenKind.Semicolon)) parts.push(take(reader));
    if (reader.at === before) parts.push(take(reader));
    statements.push(concat(parts));
  }
  return indent(concat(statements));
}

function endsBlock(reader: Reader): boolean {
  const word = reader.source.words[reader.at];
  return word === K.END || word === K.ELSE || word === K.ELSEIF || word === K.UNTIL || word === K.WHEN;
}

/** `END IF`, `END` and the word behind it. */
function closing(reader: Reader): Doc {
  const parts: Doc[] = [take(reader)];
  while (reader.at < reader.end && !isKind(reader.source, reader.at, TokenKind.Semicolon)) {
    if (parts.length > 1) break;
    parts.push(' ', take(reader));
  }
  return concat(parts);
}

/** DECLARE, SET, RETURN, LEAVE, ITERATE: up to the semicolon, or the end. */
function simpleStatement(reader: Reader): Doc {
  const { source } = reader;
  const range = { start: reader.at, end: reader.end };
  const end = findTop(source, range, i => isKind(source, i, TokenKind.Semicolon));
  reader.at = end;
  if (!isWord(source, range.start, K.RETURN)) return expressionDoc(source, { start: range.start, end });
  const value = expressionDoc(source, { start: range.start + 1, end });
  return group(concat([tokenDoc(source, range.start), ' ', value]));
}

/** An expression that ends in front of a keyword. */
function until(reader: Reader, keyword: number): Doc {
  const { source } = reader;
  const range = { start: reader.at, end: reader.end };
  const end = findTop(source, range, i => isWord(source, i, keyword));
  reader.at = end;
  return expressionDoc(source, { start: range.start, end });
}

function take(reader: Reader): Doc {
  return reader.at < reader.end ? tokenDoc(reader.source, reader.at++) : '';
}
