import type { Page } from 'playwright-core';

/**
 * What an eye would see as broken, found in the page as it stands: text that is cut off without a sign of it, things to
 * press that lie under others, and more width than the window or the frame of a list has.
 */
export const findFaults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const faults: string[] = [];
    const nameOf = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${String(element.getAttribute('class')).slice(0, 60)} “${(element.textContent ?? '').trim().slice(0, 40)}”`;
    /** Clipped to nothing for the eye, and read out: the heads of lists that are cards in a narrow window. */
    const isForReadersOnly = (element: Element | null): boolean =>
      element !== null &&
      (getComputedStyle(element).clipPath.startsWith('inset(50%') || isForReadersOnly(element.parentElement));
    const isSeen = (element: Element): boolean => {
      const { width, height } = element.getBoundingClientRect();
      return (
        width > 2 &&
        height > 2 &&
        element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
        element.closest('[aria-hidden=true], .recharts-wrapper') === null &&
        !isForReadersOnly(element)
      );
    };
    /** Of its own, not of what is in it. */
    const hasText = (element: Element): boolean =>
      [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      );
    const wider = document.documentElement.scrollWidth - window.innerWidth;
    if (wider > 0) faults.push(`${wider} px wider than the window`);

    for (const list of document.querySelectorAll('.list-scroll')) {
      const hidden = list.scrollWidth - list.clientWidth;
      if (hidden > 1) faults.push(`${hidden} px of a list are out of sight: ${nameOf(list)}`);
    }

    const texts = [...document.querySelectorAll('body *')].filter(
      (element) => hasText(element) && isSeen(element),
    );
    for (const element of texts) {
      const range = document.createRange();
      range.selectNodeContents(element);
      const text = range.getBoundingClientRect();
      for (let frame: Element | null = element; frame !== null; frame = frame.parentElement) {
        const style = getComputedStyle(frame);
        if (style.position === 'fixed' || style.clipPath !== 'none') break;
        if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
        const box = frame.getBoundingClientRect();
        const isMarked = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
        const canScroll = ['auto', 'scroll'].includes(style.overflowX);
        if (text.right > box.right + 2 && !isMarked && !canScroll) faults.push(`cut: ${nameOf(element)}`);
        if (text.bottom > box.bottom + 2 && !isMarked && !['auto', 'scroll'].includes(style.overflowY))
          faults.push(`cut below: ${nameOf(element)}`);
        break;
      }
    }

    const pressed = [...document.querySelectorAll('button, a[href], input, [role=combobox]')].filter(
      (element) => isSeen(element) && !element.classList.contains('skip-link'),
    );
    for (const element of pressed) {
      const [box] = element.getClientRects();
      if (box === undefined) continue;
      // Where it can be pressed: a long name ends where its cell does.
      let [left, right] = [box.left, box.right];
      for (let frame = element.parentElement; frame !== null; frame = frame.parentElement)
        if (getComputedStyle(frame).overflowX !== 'visible') {
          const edges = frame.getBoundingClientRect();
          [left, right] = [Math.max(left, edges.left), Math.min(right, edges.right)];
        }
      const [x, y] = [(left + right) / 2, box.top + box.height / 2];
      if (x < 0 || y < 0 || x >= window.innerWidth || y >= window.innerHeight) continue;
      const top = document.elementFromPoint(x, y);
      const isOwn =
        top !== null &&
        (element.contains(top) || top.contains(element) || top.closest('label, button, a') !== null);
      if (!isOwn) faults.push(`covered by ${top === null ? 'nothing' : nameOf(top)}: ${nameOf(element)}`);
    }
    return [...new Set(faults)];
  });
