import { useEffect } from 'react';

/** What is pressed for itself, and the cell of a tick, beside which one easily clicks. */
const ownClick = 'a, button, input, label, [role=button], td:has(input[type=checkbox])';

/** A click anywhere in a row of a list opens what the row is about, as its name does, unless text was marked with it. */
export function useRowClicks(): void {
  useEffect(() => {
    const click = (event: MouseEvent) => {
      if (event.defaultPrevented || !(event.target instanceof Element)) return;
      if (event.target.closest(ownClick) !== null || getSelection()?.isCollapsed === false) return;
      const row = event.target.closest('.list-table tbody tr');
      const { ctrlKey, metaKey, shiftKey } = event;
      row
        ?.querySelector('.row-link:not(.quiet)')
        ?.dispatchEvent(
          new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }),
        );
    };
    document.addEventListener('click', click);
    return () => document.removeEventListener('click', click);
  }, []);
}
