/** A cell that begins so is a formula to spreadsheets, and its text comes from whoever sent the object. */
const formula = /^[=+\-@\t\r]/;

export type CsvCell = string | number | null;

/** One line of RFC 4180, with cells no spreadsheet takes for formulas. */
export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function csvCell(value: CsvCell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
