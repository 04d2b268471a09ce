let hasNavigated = false;

/** A screen reader hears the title of the page that was gone to, as it would after a full load. */
export function focusTitle(): void {
  hasNavigated = true;
  document.getElementById('page-title')?.focus({ preventScroll: true });
}

/**
 * The same for a title that comes later: a page is loaded when it is first opened, and its title may change with its
 * data. What has the focus keeps it; the first page leaves it where browsers begin.
 */
export function focusLateTitle(title: HTMLElement | null): void {
  if (hasNavigated && document.activeElement === document.body) title?.focus({ preventScroll: true });
}
