/**
 * Gives specs the globals of a page beside those of Node. jsdom is loaded here, outside of the specs' own world, because
 * it mixes module kinds that Jest cannot load. What it lacks and the component library asks for is answered plainly.
 */
import { JSDOM } from 'jsdom';
import NodeEnvironmentModule from 'jest-environment-node';

const NodeEnvironment = NodeEnvironmentModule.default ?? NodeEnvironmentModule;

// Where Node has its own, the pages get Node's; but events must be those of the document they are sent in.
const takenFromPage = new Set([
  'Event',
  'EventTarget',
  'CustomEvent',
  'MessageEvent',
  'navigator',
  'Storage',
]);

export default class PageEnvironment extends NodeEnvironment {
  async setup() {
    await super.setup();
    this.page = new JSDOM('<!doctype html><html lang="en"><body></body></html>', {
      url: 'https://console.test:9443/',
      pretendToBeVisual: true,
    });
    const { window } = this.page;
    for (const name of Object.getOwnPropertyNames(window)) this.lend(name, window[name]);
    for (const name of ['localStorage', 'sessionStorage', 'history', 'location'])
      this.lend(name, window[name]);
    for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent', 'getComputedStyle'])
      this.lend(name, window[name].bind(window));
    this.lend('window', this.global, true);
    this.fillGaps(window);
  }

  async teardown() {
    this.page?.window.close();
    await super.teardown();
  }

  lend(name, value, isForced = false) {
    if (!isForced && name in this.global && !takenFromPage.has(name)) return;
    Object.defineProperty(this.global, name, { configurable: true, writable: true, value });
  }

  fillGaps(window) {
    const nothing = () => undefined;
    this.lend('matchMedia', (media) => ({
      matches: false,
      media,
      addEventListener: nothing,
      removeEventListener: nothing,
    }));
    this.lend(
      'ResizeObserver',
      class {
        observe() {}
        unobserve() {}
        disconnect() {}
      },
    );
    window.document.fonts = { addEventListener: nothing, removeEventListener: nothing };
    window.HTMLElement.prototype.scrollIntoView = nothing;
    this.lend('scrollTo', nothing, true);
    // React then waits for what a spec does inside `act`.
    this.lend('IS_REACT_ACT_ENVIRONMENT', true);
  }
}
