import { TextDocument } from 'vscode-languageserver-textdocument';

/** How the open documents are kept: changed in place by ranges, never copied whole for one keystroke. */
export const SQL_DOCUMENTS = {
  create: TextDocument.create,
  update: TextDocument.update,
};

export type SqlDocument = TextDocument;
