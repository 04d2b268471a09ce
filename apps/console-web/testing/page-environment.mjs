/**
 * Gives specs the globals of a page beside those of Node: one page for all files of a worker, since libraries keep hold of
 * the document they were loaded with; `clean-page` empties it. What jsdom lacks and the component library asks for is answered plainly.
 */
import { JSDOM } from 'jsdom';

// Where Node has its own, the pages get Node's; but events must be those of the document they are sent in.
const takenFromPage = new Set([
  'Event',
  'EventTarget',
  'CustomEvent',
  'MessageEvent',
  'navigator',
  'Storage',
]);

let page;

function lend(name, value, isForced = false) {
  if (!isForced && name in globalThis && !takenFromPage.has(name)) return;
  Object.defineProperty(globalThis, name, { configurable: true, writable: true, value });
}

function openPage() {
  const opened = new JSDOM('<!doctype html><html lang="en"><body></body></html>', {
    url: 'https://console.test:9443/',
    pretendToBeVisual: true,
  });
  const { window } = opened;
  for (const name of Object.getOwnPropertyNames(window)) lend(name, window[name]);
  for (const name of ['localStorage', 'sessionStorage', 'history', 'location'])
    lend(name, window[name], true);
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent', 'getComputedStyle'])
    lend(name, window[name].bind(window));
  lend('window', globalThis, true);
  fillGaps(window);
  return opened;
}

function fillGaps(window) {
  const nothing = () => undefined;
  lend('matchMedia', (media) => ({
    matches: false,
    media,
    addEventListener: nothing,
    removeEventListener: nothing,
  }));
  lend(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  window.document.fonts = { addEventListener: nothing, removeEventListener: nothing };
  window.HTMLElement.prototype.scrollIntoView = nothing;
  lend('scrollTo', nothing, true);
  // React then waits for what a spec does inside `act`.
  lend('IS_REACT_ACT_ENVIRONMENT', true);
}

export default {
  name: 'page',
  viteEnvironment: 'ssr',
  setup() {
    page ??= openPage();
    return { teardown: () => undefined };
  },
};
