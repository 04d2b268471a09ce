export const standInMs = 200;

/** For `variablesFor`: scanners whose engine takes 200 ms for everything, with so many light slots and no heavy one. */
export const standInScanner = (slots: number): Record<string, string> => ({
  NODE_ENV: 'test',
  SCANNER_STAND_IN_ENGINE_MS: String(standInMs),
  SCANNER_SLOTS: String(slots),
  SCANNER_HEAVY_SLOTS: '0',
});
