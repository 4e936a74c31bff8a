import type { UploadMessage, UploadRequest } from '../catalog/upload-messages.ts';
import { byId, make, makeButton } from './dom.ts';
import { connectEditor } from './editor-api.ts';
import { dataTable, factList, section, statusLine } from './parts.ts';

type Proposal = Extract<UploadMessage, { kind: 'proposal' }>;

const heading = make('h1', { text: 'Upload' });
const { line: status, say } = statusLine('Reading …');
const content = make('div');
byId('page').append(heading, content, status);
const editor = connectEditor<UploadRequest, UploadMessage>(show);

/** What can be done at the moment. */
const actions = make('div', { class: 'actions' });
/** Answers what the form holds. */
let readForm: (() => UploadRequest) | undefined;

function show(message: UploadMessage): void {
  switch (message.kind) {
    case 'reading':
      heading.textContent = `Upload ${message.file}`;
      say('Reading the file …');
      break;
    case 'proposal':
      say('');
      draw(message);
      break;
    case 'progress':
      drawProgress(message.share);
      say(`${message.rows.toLocaleString('en')} rows`);
      break;
    case 'loaded':
      drawDone();
      say(`${message.table} has ${message.rows.toLocaleString('en')} rows now.`);
      break;
    case 'cancelled':
      drawReady();
      say('Cancelled: nothing was written.');
      break;
    case 'failed':
      if (message.isFinal) content.replaceChildren(status);
      else drawReady();
      say(message.reason, true);
      break;
  }
}

function draw(message: Proposal): void {
  const { proposal, branch, file } = message;
  heading.textContent = `Upload ${file} as a new table`;
  const facts = factList([
    ['Branch', branch],
    ['Size', `${proposal.bytes.toLocaleString('en')} bytes`],
    ['Rows', proposal.rows === undefined ? 'known after the upload' : proposal.rows.toLocaleString('en')],
    [
      'Types',
      proposal.rows === undefined
        ? `guessed from the first ${proposal.sampled.toLocaleString('en')} rows`
        : 'as the file says',
    ],
  ]);
  const remarks = proposal.remarks.map(text => make('p', { class: 'note', text }));
  const namespace = textField('namespace', message.namespace, message.namespaces);
  const table = textField('table', message.table);
  const form = make('div', {
    class: 'form',
    children: [label('Namespace', namespace.input), namespace.all, label('Table', table.input), table.all],
  });
  const columns = columnFields(message);
  readForm = () => ({
    kind: 'create',
    namespace: namespace.input.value.trim(),
    table: table.input.value.trim(),
    choices: columns.read(),
  });
  drawReady();
  content.replaceChildren(
    facts,
    ...remarks,
    form,
    section('Columns', columns.all),
    actions,
    // Beside the button that it answers, wherever the page is scrolled to.
    status,
    preview(proposal),
  );
}

function drawReady(): void {
  const upload = makeButton('Create Table', () => {
    const request = readForm?.();
    if (request?.kind !== 'create') return;
    const missing = request.namespace === '' ? 'namespace' : request.table === '' ? 'table' : undefined;
    if (missing !== undefined) {
      say(`Name the ${missing}.`, true);
      document.getElementById(missing)?.focus();
      return;
    }
    drawProgress(0);
    say('Starting …');
    editor.postMessage(request);
  });
  upload.classList.add('primary');
  actions.replaceChildren(upload);
}

function drawProgress(share: number): void {
  const bar = actions.querySelector('progress');
  if (bar !== null) {
    bar.value = share;
    return;
  }
  const cancel = makeButton('Cancel', () => editor.postMessage({ kind: 'cancel' }));
  const made = make('progress', { attributes: { max: '1', 'aria-label': 'Progress of the upload' } });
  made.value = share;
  actions.replaceChildren(made, cancel);
}

function drawDone(): void {
  const open = makeButton('Open Table', () => editor.postMessage({ kind: 'open' }));
  open.classList.add('primary');
  actions.replaceChildren(
    open,
    makeButton('New Query', () => editor.postMessage({ kind: 'query' })),
  );
}

function label(text: string, input: HTMLInputElement): HTMLLabelElement {
  return make('label', { text, attributes: { for: input.id } });
}

interface TextField {
  readonly input: HTMLInputElement;
  /** The input with what it may propose. */
  readonly all: HTMLElement;
}

function textField(id: string, value: string, proposals: readonly string[] = []): TextField {
  const input = make('input', { attributes: { type: 'text', id, spellcheck: 'false', autocomplete: 'off' } });
  input.value = value;
  if (proposals.length === 0) return { input, all: input };
  const list = datalist(`${id}-list`, proposals);
  input.setAttribute('list', list.id);
  return { input, all: make('span', { children: [input, list] }) };
}

function datalist(id: string, values: readonly string[]): HTMLDataListElement {
  const options = values.map(value => make('option', { attributes: { value } }));
  return make('datalist', { attributes: { id }, children: options });
}

/** One line per column: whether it is taken, and as what. */
function columnFields({ proposal }: Proposal): {
  readonly all: HTMLElement;
  read(): (readonly [string, string])[];
} {
  const fields = proposal.columns.map(({ name, type }) => {
    const taken = make('input', {
      attributes: { type: 'checkbox', 'aria-label': `Take the column ${name}` },
    });
    taken.checked = true;
    const input = make('input', {
      attributes: { type: 'text', list: 'types', 'aria-label': `Type of ${name}`, spellcheck: 'false' },
    });
    input.value = type;
    taken.addEventListener('change', () => {
      input.disabled = !taken.checked;
      taken.closest('tr')?.classList.toggle('left-out', !taken.checked);
    });
    return { name, type, taken, input };
  });
  const first = proposal.preview[0];
  const rows = fields.map(({ name, taken, input }, index) => [
    taken,
    name,
    input,
    cell(first?.[index] ?? null),
  ]);
  const table = dataTable('Columns of the new table', ['', 'Column', 'Type', 'First value'], rows);
  return {
    all: make('div', { children: [table, datalist('types', proposal.types)] }),
    read: () =>
      fields
        .map(({ name, type, taken, input }) => ({
          name,
          type,
          now: taken.checked ? input.value.trim() : 'none',
        }))
        .filter(({ type, now }) => now !== type)
        .map(({ name, now }) => [name, now] as const),
  };
}

function preview({ columns, preview: rows }: Proposal['proposal']): HTMLElement {
  const heads = columns.map(({ name }) => name);
  return section(
    'First rows',
    dataTable(
      'First rows of the file',
      heads,
      rows.map(row => row.map(cell)),
    ),
  );
}

const LONG_CELL = 200;

function cell(value: string | null): Node {
  if (value === null) return make('span', { class: 'null', text: 'NULL' });
  return document.createTextNode(value.length > LONG_CELL ? `${value.slice(0, LONG_CELL)}…` : value);
}
