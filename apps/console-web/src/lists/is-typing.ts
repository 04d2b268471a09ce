/** Single keys belong to the operator's typing while a field has the focus, and to an open window. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (document.querySelector('[role="dialog"]') !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable || (['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) && !isTick(target))
  );
}

/** Letters do nothing in a checkbox. */
const isTick = (element: HTMLElement): boolean =>
  element instanceof HTMLInputElement && ['checkbox', 'radio'].includes(element.type);
