import type { GrantObject, Identifier, Principal, Privilege, Statement } from '../ast.ts';
import { K } from '../keywords.ts';
import { TokenKind } from '../tokens.ts';
import {
  at,
  atName,
  eat,
  eatKind,
  endHere,
  expect,
  fail,
  isNameToken,
  isUndecided,
  keywordAt,
  noteAll,
  startHere,
} from './cursor.ts';
import { missingIdentifier, parseIdentifier, parseQualifiedName, takeIdentifier } from './names.ts';
import type { Parser } from './state.ts';
import { parseGrantedBy, parseInCatalog, parsePrincipal } from './statement-parts.ts';

const PRIVILEGES: readonly number[] = [K.SELECT, K.DELETE, K.INSERT, K.UPDATE, K.CREATE];

/** `GRANT privileges ON object TO grantee` and `GRANT roles TO principals`; GRANT is next. */
export function parseGrant(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  const privileges = parsePrivileges(p);
  if (areRoles(privileges) && eat(p, K.TO)) return finishGrantRoles(p, start, privileges);
  expect(p, K.ON, areRoles(privileges) ? 'ON or TO' : 'ON');
  const object = parseGrantObject(p);
  expect(p, K.TO, 'TO');
  const grantee = parsePrincipal(p);
  const withGrantOption = eat(p, K.WITH);
  if (withGrantOption) {
    expect(p, K.GRANT, 'GRANT OPTION');
    expect(p, K.OPTION, 'OPTION');
  }
  const names = privileges.map(asPrivilege);
  return {
    kind: 'GrantPrivileges',
    start,
    end: endHere(p),
    privileges: names,
    object,
    grantee,
    withGrantOption,
  };
}

function finishGrantRoles(p: Parser, start: number, found: readonly FoundPrivilege[]): Statement {
  const principals = parsePrincipals(p);
  const withAdminOption = eat(p, K.WITH);
  if (withAdminOption) {
    expect(p, K.ADMIN, 'ADMIN OPTION');
    expect(p, K.OPTION, 'OPTION');
  }
  const grantedBy = parseGrantedBy(p);
  const catalog = parseInCatalog(p);
  const roles = found.map(item => item.name);
  return {
    kind: 'GrantRoles',
    start,
    end: endHere(p),
    roles,
    principals,
    withAdminOption,
    grantedBy,
    catalog,
  };
}

/** `REVOKE …`, with the same two forms; REVOKE is next. */
export function parseRevoke(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  noteAll(p, [K.ADMIN, K.GRANT]);
  const grantOptionFor = isOptionFor(p, K.GRANT);
  const adminOptionFor = !grantOptionFor && isOptionFor(p, K.ADMIN);
  if (grantOptionFor || adminOptionFor) {
    p.position++;
    expect(p, K.OPTION, 'OPTION FOR');
    expect(p, K.FOR, 'FOR');
  }
  const privileges = adminOptionFor ? parseRoles(p) : parsePrivileges(p);
  if (adminOptionFor || (!grantOptionFor && areRoles(privileges) && at(p, K.FROM))) {
    expect(p, K.FROM, 'FROM');
    return finishRevokeRoles(p, start, { adminOptionFor, found: privileges });
  }
  expect(p, K.ON, areRoles(privileges) && !grantOptionFor ? 'ON or FROM' : 'ON');
  const object = parseGrantObject(p);
  expect(p, K.FROM, 'FROM');
  const grantee = parsePrincipal(p);
  const names = privileges.map(asPrivilege);
  return {
    kind: 'RevokePrivileges',
    start,
    end: endHere(p),
    grantOptionFor,
    privileges: names,
    object,
    grantee,
  };
}

/** GRANT and ADMIN are names too: OPTION follows the keyword. */
function isOptionFor(p: Parser, keyword: number): boolean {
  return p.keyword[p.position] === keyword && (isUndecided(p) || keywordAt(p, 1) === K.OPTION);
}

interface RevokedRoles {
  readonly adminOptionFor: boolean;
  readonly found: readonly FoundPrivilege[];
}

function finishRevokeRoles(p: Parser, start: number, revoked: RevokedRoles): Statement {
  const principals = parsePrincipals(p);
  const grantedBy = parseGrantedBy(p);
  const catalog = parseInCatalog(p);
  const roles = revoked.found.map(item => item.name);
  const { adminOptionFor } = revoked;
  return {
    kind: 'RevokeRoles',
    start,
    end: endHere(p),
    adminOptionFor,
    roles,
    principals,
    grantedBy,
    catalog,
  };
}

/** `DENY privileges ON object TO grantee`; DENY is next. */
export function parseDeny(p: Parser): Statement {
  const start = startHere(p);
  p.position++;
  const privileges = parsePrivileges(p).map(asPrivilege);
  expect(p, K.ON, 'ON');
  const object = parseGrantObject(p);
  expect(p, K.TO, 'TO');
  const grantee = parsePrincipal(p);
  return { kind: 'DenyPrivileges', start, end: endHere(p), privileges, object, grantee };
}

function parsePrincipals(p: Parser): Principal[] {
  const principals: Principal[] = [];
  do {
    principals.push(parsePrincipal(p));
  } while (eatKind(p, TokenKind.Comma));
  return principals;
}

/** A privilege, or a role's name: which of them the list holds is known behind it. */
interface FoundPrivilege {
  readonly name: Identifier;
  readonly text: string;
  readonly isRole: boolean;
}

function areRoles(found: readonly FoundPrivilege[]): boolean {
  return found.every(item => item.isRole);
}

function asPrivilege(found: FoundPrivilege): Privilege {
  return { kind: 'Privilege', start: found.name.start, end: found.name.end, name: found.text };
}

function parseRoles(p: Parser): FoundPrivilege[] {
  const roles: FoundPrivilege[] = [];
  do {
    const name = parseIdentifier(p, 'role');
    roles.push({ name, text: name.name, isRole: true });
  } while (eatKind(p, TokenKind.Comma));
  return roles;
}

function parsePrivileges(p: Parser): FoundPrivilege[] {
  const found: FoundPrivilege[] = [];
  noteAll(p, [K.ALL]);
  if (p.keyword[p.position] === K.ALL && (isUndecided(p) || keywordAt(p, 1) === K.PRIVILEGES)) {
    const all = takeIdentifier(p);
    expect(p, K.PRIVILEGES, 'PRIVILEGES');
    return [{ name: { ...all, end: endHere(p) }, text: 'ALL PRIVILEGES', isRole: false }];
  }
  do {
    found.push(parsePrivilege(p));
  } while (eatKind(p, TokenKind.Comma));
  return found;
}

/** Words that are reserved are privileges only; the others may be roles as well. */
function parsePrivilege(p: Parser): FoundPrivilege {
  noteAll(p, PRIVILEGES);
  const keyword = p.keyword[p.position] ?? 0;
  if (keyword === K.CREATE) {
    const create = takeIdentifier(p);
    const isBranch = eat(p, K.BRANCH);
    return {
      name: { ...create, end: endHere(p) },
      text: isBranch ? 'CREATE BRANCH' : 'CREATE',
      isRole: !isBranch,
    };
  }
  if (PRIVILEGES.includes(keyword) || atName(p, 'privilege')) {
    const name = takeIdentifier(p);
    return { name, text: name.name.toUpperCase(), isRole: true };
  }
  fail(p, 'a privilege or a role');
  const name = missingIdentifier(p);
  return { name, text: '', isRole: true };
}

/** `TABLE t`, `SCHEMA s`, `BRANCH b IN t`, any other word and a name, or only a name. */
export function parseGrantObject(p: Parser): GrantObject {
  const start = startHere(p);
  noteAll(p, [K.BRANCH, K.SCHEMA, K.TABLE]);
  let branch: Identifier | null = null;
  if (p.keyword[p.position] === K.BRANCH && isBranchOf(p)) {
    p.position++;
    branch = parseIdentifier(p, 'branch');
    expect(p, K.IN, 'IN');
    noteAll(p, [K.SCHEMA, K.TABLE]);
  }
  const type = parseObjectType(p);
  const name = parseQualifiedName(p, 'object');
  return { kind: 'GrantObject', start: Math.min(start, name.start), end: endHere(p), branch, type, name };
}

/** BRANCH may also be the type of the object: then no IN follows. */
function isBranchOf(p: Parser): boolean {
  return isUndecided(p) || p.position + 2 === p.caret || keywordAt(p, 2) === K.IN;
}

function parseObjectType(p: Parser): string | null {
  const isReserved = p.keyword[p.position] === K.TABLE;
  if (!isReserved && !(isNameToken(p, p.position) && hasNameBehind(p))) return null;
  return takeIdentifier(p).name.toUpperCase();
}

function hasNameBehind(p: Parser): boolean {
  const next = keywordAt(p, 1);
  return isUndecided(p)
    ? isObjectKeyword(p)
    : isNameToken(p, p.position + 1) &&
        (next !== K.TO || (keywordAt(p, 2) === K.TO && p.position + 3 < p.last));
}

function isObjectKeyword(p: Parser): boolean {
  return p.keyword[p.position] === K.SCHEMA || p.keyword[p.position] === K.BRANCH;
}
