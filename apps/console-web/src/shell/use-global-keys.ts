import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { runNewestAction } from '../notices/notices.js';
import { isTyping } from '../lists/is-typing.js';
import { pages } from './pages.js';

interface Actions {
  readonly onGoAnywhere: () => void;
  readonly onShowShortcuts: () => void;
}

const secondKeyMs = 1200;

/** `?` lists the shortcuts, `u` takes the last change back, `/` finds in the page's list, Ctrl K (or Cmd K) goes anywhere, `g` and a letter goes to a page. */
export function useGlobalKeys(actions: Actions): void {
  const [, navigate] = useLocation();
  const latest = useRef({ ...actions, navigate });
  latest.current = { ...actions, navigate };
  useEffect(() => {
    let goUntilMs = 0;
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        // Leaving the page from over an open window would lose what was typed there.
        if (document.querySelector('[role="dialog"][aria-modal="true"]') === null)
          latest.current.onGoAnywhere();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      if (event.key === '?') latest.current.onShowShortcuts();
      if (event.key === 'u') runNewestAction();
      if (event.key === '/') {
        event.preventDefault();
        document.querySelector<HTMLElement>('.search-field input')?.focus();
      }
      const page = event.timeStamp < goUntilMs ? pages.find((one) => one.key === event.key) : undefined;
      goUntilMs = event.key === 'g' ? event.timeStamp + secondKeyMs : 0;
      if (page === undefined) return;
      event.preventDefault();
      // Pages have keys of their own; this one was the second half of "go to".
      event.stopImmediatePropagation();
      latest.current.navigate(page.path);
    };
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, []);
}
