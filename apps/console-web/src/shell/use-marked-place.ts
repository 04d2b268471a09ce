import { useEffect } from 'react';

/** Lists and settings come a moment after their page. */
const longestWaitMs = 10_000;

/**
 * What an address names behind its `#` is brought into sight and marked, once it is there: a problem's link leads to
 * where it can be seen or mended, not to the top of a long page. Also when the same link is followed once more.
 */
export function useMarkedPlace(): void {
  useEffect(() => {
    let stop = () => {};
    const look = () => {
      stop();
      unmark();
      const id = decodeURIComponent(location.hash.slice(1));
      if (id === '' || mark(id)) return;
      const observer = new MutationObserver(() => {
        if (mark(id)) stop();
      });
      observer.observe(document.body, { childList: true, subtree: true });
      const timer = setTimeout(() => stop(), longestWaitMs);
      stop = () => {
        observer.disconnect();
        clearTimeout(timer);
      };
    };
    // After the page has put the focus on its title and itself to the top.
    let soon: ReturnType<typeof setTimeout> | undefined;
    const later = () => {
      clearTimeout(soon);
      soon = setTimeout(look, 0);
    };
    later();
    for (const change of changes) addEventListener(change, later);
    return () => {
      stop();
      clearTimeout(soon);
      for (const change of changes) removeEventListener(change, later);
    };
  }, []);
}

/** The first two are those of the router. */
const changes = ['pushState', 'replaceState', 'popstate', 'hashchange'] as const;

function mark(id: string): boolean {
  const place = document.getElementById(id);
  if (place === null) return false;
  place.dataset['marked'] = '';
  place.scrollIntoView({ block: 'start' });
  return true;
}

function unmark(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-marked]')) delete place.dataset['marked'];
}
