/** The look of results, in the theme's own colours. `--contrast` is transparent except in high-contrast themes. */
export const STYLES = `
:host {
  --line: var(--vscode-editorWidget-border, var(--vscode-panel-border, rgba(128, 128, 128, 0.4)));
  --contrast: var(--vscode-contrastBorder, transparent);
  --muted: var(--vscode-descriptionForeground, inherit);
  --head: var(--vscode-editorWidget-background, var(--vscode-editor-background, inherit));
  --page: var(--vscode-notebook-outputContainerBackgroundColor, var(--vscode-editor-background));
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.result { position: relative; font: 12px/1.4 var(--vscode-font-family, sans-serif); color: var(--vscode-foreground); padding: 2px 0 6px; }
.table { position: relative; }
button, select, input { font: inherit; color: inherit; }
button, select {
  background: var(--vscode-button-secondaryBackground, transparent); color: var(--vscode-button-secondaryForeground, inherit);
  border: 1px solid var(--vscode-button-secondaryBorder, var(--contrast)); border-radius: 3px; padding: 2px 8px; cursor: pointer;
}
select { background: var(--vscode-dropdown-background, transparent); color: var(--vscode-dropdown-foreground, inherit); border-color: var(--vscode-dropdown-border, var(--line)); }
button:hover { background: var(--vscode-button-secondaryHoverBackground, transparent); }
button[aria-pressed="true"] { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
input[type="search"], input[type="text"] {
  background: var(--vscode-input-background); color: var(--vscode-input-foreground, inherit);
  border: 1px solid var(--vscode-input-border, var(--line)); border-radius: 3px; padding: 2px 6px; min-width: 60px;
}
input::placeholder { color: var(--vscode-input-placeholderForeground, inherit); }
:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; }
.progress, .toolbar, .viewer-bar { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; padding: 3px 0; }
.progress .figures, .count, .message, .size { color: var(--muted); }
.progress progress { width: 120px; height: 6px; accent-color: var(--vscode-progressBar-background, auto); }
.message.error, .error-box strong { color: var(--vscode-errorForeground); }
.more { display: inline-flex; gap: 6px; align-items: center; }
.error-box {
  border: 1px solid var(--vscode-inputValidation-errorBorder, var(--vscode-errorForeground)); border-radius: 3px;
  padding: 6px 10px; display: flex; flex-direction: column; gap: 4px; align-items: flex-start;
}
.error-text { white-space: pre-wrap; font-family: var(--vscode-editor-font-family, monospace); }
.done { color: var(--muted); padding: 2px 0; }

.grid {
  position: relative; overflow: auto; border: 1px solid var(--contrast); border-top-color: var(--line); border-bottom-color: var(--line);
  font-size: 12px; background: var(--vscode-editor-background); max-height: var(--grid-height, 440px);
}
.layer { position: sticky; top: 0; left: 0; overflow: hidden; height: 0; z-index: 1; contain: strict; }
.spacer { position: absolute; top: 0; left: 0; z-index: 0; pointer-events: none; }
.header { position: absolute; top: 0; left: 0; right: 0; height: 42px; background: var(--head); border-bottom: 1px solid var(--line); z-index: 2; overflow: hidden; }
.body { position: absolute; top: 42px; left: 0; right: 0; bottom: 0; overflow: hidden; }
.body .row { position: absolute; left: 0; right: 0; height: 24px; will-change: transform; }
.cell {
  position: absolute; top: 0; height: 24px; line-height: 23px; padding: 0 8px; overflow: hidden; white-space: pre; text-overflow: ellipsis;
  border-right: 1px solid var(--line); border-bottom: 1px solid var(--line); background: var(--vscode-editor-background);
  font-family: var(--vscode-editor-font-family, monospace); user-select: none; cursor: default;
}
.cell.number { text-align: right; }
.cell.null, .cell.empty { font-style: italic; color: var(--muted); }
.cell.waiting::after { content: ""; display: block; height: 8px; margin-top: 8px; border-radius: 4px; background: var(--line); opacity: 0.5; }
.cell.frozen { z-index: 1; background: var(--head); }
.cell.gutter { left: 0; width: 56px; z-index: 2; text-align: right; color: var(--muted); background: var(--head); }
.cell.selected { background: var(--vscode-editor-selectionBackground, var(--vscode-list-inactiveSelectionBackground)); color: var(--vscode-editor-selectionForeground, inherit); }
.grid:focus .cell.focus { outline: 2px solid var(--vscode-focusBorder); outline-offset: -2px; }
.grid:not(:focus) .cell.focus { outline: 1px solid var(--line); outline-offset: -1px; }
.header .cell { height: 42px; line-height: 1.35; padding: 3px 2px 0 6px; display: flex; background: var(--head); border-bottom: 0; }
.header .cell.gutter { padding: 3px 8px; justify-content: flex-end; }
.header .sort { flex: 1; min-width: 0; text-align: left; background: none; border: 0; padding: 0 2px; display: flex; flex-direction: column; }
.header .sort, .header .menu { color: var(--vscode-foreground); }
.header .name { font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.header .type { color: var(--muted); font-size: 11px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.header .menu { background: none; border: 0; padding: 0 4px; align-self: flex-start; opacity: 0.9; }
.header .filtered .name::after { content: " ⏷"; color: var(--vscode-focusBorder); }
.resize { position: absolute; right: 0; top: 0; bottom: 0; width: 5px; cursor: col-resize; }

.popup {
  position: absolute; z-index: 20; min-width: 180px; max-width: 340px; background: var(--vscode-menu-background, var(--vscode-editorWidget-background));
  color: var(--vscode-menu-foreground, inherit); border: 1px solid var(--vscode-menu-border, var(--line)); border-radius: 5px;
  box-shadow: 0 2px 8px var(--vscode-widget-shadow, rgba(0, 0, 0, 0.3)); padding: 4px;
}
.menu-list { display: flex; flex-direction: column; }
.menu-list button { text-align: left; background: none; border: 0; color: inherit; padding: 4px 10px; }
.menu-list button:hover, .menu-list button:focus {
  background: var(--vscode-menu-selectionBackground, var(--vscode-list-activeSelectionBackground));
  color: var(--vscode-menu-selectionForeground, var(--vscode-list-activeSelectionForeground)); outline: 1px solid var(--vscode-menu-selectionBorder, transparent); outline-offset: -1px;
}
.filter, .columns { display: flex; flex-direction: column; gap: 6px; padding: 6px; }
.column-list { max-height: 240px; overflow: auto; display: flex; flex-direction: column; }
.column-list label { display: flex; gap: 6px; align-items: center; padding: 1px 0; }
.column-list .type { color: var(--muted); font-size: 11px; }

.viewer, .statistics, .chart-panel, .plan { border: 1px solid var(--line); border-radius: 3px; padding: 4px 8px; margin-top: 6px; }
.viewer-bar .title { font-weight: 600; flex: 1; }
.viewer pre, .plan pre { margin: 4px 0; max-height: 320px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--vscode-editor-font-family, monospace); user-select: text; }
.statistics-body { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 2px 12px; margin: 4px 0; }
dt { color: var(--muted); }
dd { margin: 0; font-family: var(--vscode-editor-font-family, monospace); max-width: 320px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.histogram { display: flex; align-items: flex-end; gap: 1px; height: 90px; width: 240px; border-bottom: 1px solid var(--line); }
.histogram span { flex: 1; background: var(--vscode-charts-blue, #3794ff); min-height: 1px; }
.top { list-style: none; margin: 4px 0; padding: 0; min-width: 260px; flex: 1; }
.top li { position: relative; display: flex; justify-content: space-between; gap: 12px; padding: 1px 6px; }
.top .share { position: absolute; inset: 1px auto 1px 0; border-left: 3px solid var(--vscode-charts-blue, #3794ff); border-bottom: 1px solid var(--vscode-charts-blue, #3794ff); }
.chart-panel { position: relative; }
.measures { max-width: 260px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chart { overflow: auto; padding: 6px 0; color: var(--vscode-foreground); }
.plan-body { display: flex; gap: 12px; align-items: flex-start; }
.plan-drawing { flex: 1; min-width: 0; overflow: auto; }
.plan-body pre { flex: 1; white-space: pre; }
.fragment h2 { font-size: 12px; margin: 8px 0 4px; }
.plan-drawing ul { list-style: none; margin: 0; padding-left: 18px; border-left: 1px solid var(--line); }
.plan-drawing > section > ul { padding-left: 0; border-left: 0; }
.operator { position: relative; display: inline-flex; flex-wrap: wrap; gap: 2px 10px; margin: 3px 0; padding: 4px 8px; border: 1px solid var(--line); border-radius: 4px; background: var(--head); }
.stages { border-collapse: collapse; margin: 4px 0 8px; }
.stages th, .stages td { position: relative; text-align: left; padding: 2px 10px 4px 4px; font-weight: normal; border-bottom: 1px solid var(--line); white-space: nowrap; }
.stages th[scope=col] { color: var(--muted); }
.stages .weight, .operator .weight { position: absolute; left: 0; bottom: 0; height: 3px; background: var(--vscode-charts-orange, #d18616); border-radius: 0 0 4px 4px; }
.operator .estimate { color: var(--muted); }
.operator .detail { flex-basis: 100%; font-family: var(--vscode-editor-font-family, monospace); font-size: 11px; overflow-wrap: anywhere; }
`;
