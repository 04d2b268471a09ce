import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useRef, type ReactElement } from 'react';

/**
 * A window over the page. When it closes, the focus is where it was before it opened, also where the window is taken away
 * as a whole, which Mantine's own does not look after. What had the focus may be gone, such as the row that was accepted:
 * then the page's title has it, and not the begin of the document.
 */
export function Dialog(props: ModalProps): ReactElement {
  useFocusReturn(props.opened);
  return <Modal returnFocus={false} {...props} />;
}

/** Of each open window, the last one on top: where the focus goes when it closes, the first that is still there. */
const openWindows: (readonly Element[])[] = [];

function useFocusReturn(isOpen: boolean): void {
  const wasOpen = useRef(false);
  const before = useRef<readonly Element[]>([]);
  // While it is drawn the first time, nothing in it has taken the focus yet.
  if (isOpen && !wasOpen.current) before.current = placesToReturnTo();
  wasOpen.current = isOpen;
  useEffect(() => {
    if (!isOpen) return undefined;
    const places = before.current;
    openWindows.push(places);
    return () => {
      openWindows.splice(openWindows.indexOf(places), 1);
      // Once what closed it is through: another page may be opened, or another window.
      setTimeout(() => returnTo(places), 0);
    };
  }, [isOpen]);
}

/** A window that takes the place of another leads back to where that one came from. */
function placesToReturnTo(): Element[] {
  const active = document.activeElement;
  // An entry of a menu is gone once it is chosen; the button of the menu stays.
  const menu = active?.closest('[role=menu]')?.getAttribute('aria-labelledby') ?? null;
  const opener = menu === null ? active : document.getElementById(menu);
  const isSomething = opener !== null && opener !== document.body;
  return [...(isSomething ? [opener] : []), ...(openWindows.at(-1) ?? [])];
}

function returnTo(places: readonly Element[]): void {
  const active = document.activeElement;
  const isElsewhere = active !== null && active !== document.body && windowOf(active) === null;
  if (isElsewhere) return;
  const isUnderWindow = openWindows.length > 0;
  const place = places.find((one) => one.isConnected && (!isUnderWindow || windowOf(one) !== null));
  const target = place ?? (isUnderWindow ? null : document.getElementById('page-title'));
  if (!(target instanceof HTMLElement)) return;
  target.focus({ preventScroll: true });
  if (!isUnderWindow) followGone(target);
}

/** Until the lists are read again that the window changed. */
const settledMs = 5000;

/** A button of a row goes when the row is another one: the focus goes to the title then, too. */
function followGone(target: HTMLElement): void {
  const observer = new MutationObserver(() => {
    if (target.isConnected) return;
    observer.disconnect();
    if (document.activeElement === document.body)
      document.getElementById('page-title')?.focus({ preventScroll: true });
  });
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), settledMs);
}

const windowOf = (element: Element): Element | null => element.closest('[role=dialog]');
